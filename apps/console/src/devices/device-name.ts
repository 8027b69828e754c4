import type { Device } from '@carrel/contract';

/** What administrators call a device, or else its host name. */
export function nameOfDevice(device: Device): string {
  return device.name ?? device.inventory.hostName;
}
