import { type ApiClient, type Device, fail, routes } from '@carrel/contract';
import { z } from 'zod';

/**
 * The device of this id, name or host name.
 *
 * @throws {NOT_FOUND}
 * @throws {USAGE} several have the name
 */
export async function findDevice(api: ApiClient, text: string, signal: AbortSignal): Promise<Device> {
  if (z.uuid().safeParse(text).success) {
    return api.call(routes.getDevice, { params: { deviceId: text }, signal });
  }
  const { items } = await api.call(routes.listDevices, { query: { name: text, limit: 2 }, signal });
  const [device, another] = items;
  if (!device) throw fail('NOT_FOUND', { kind: 'device', id: text });
  if (another) {
    const reason = `Several devices are called ${text}; give the id (carrel device list --search ${text}).`;
    throw fail('USAGE', { reason, command: 'carrel device' });
  }
  return device;
}

/** What people call a device. */
export function nameOf(device: Device): string {
  return device.name ?? device.inventory.hostName;
}
