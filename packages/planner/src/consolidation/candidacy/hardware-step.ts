import type { GuestLimits } from '../hosts/index.ts';
import type { PhysicalServer } from '../physical-server.ts';

/**
 * Why the hardware of a server has no equal in a guest (Table 21-1, L1912-1950, L2900-2980). The number of cores never
 * excludes, and memory only by its highest use (L2900-2920).
 */
export function hardwareReasons(server: PhysicalServer, limits: GuestLimits): string[] {
  const memoryGb = server.memoryPeakGb ?? server.averages.memoryGb ?? server.memoryGb;
  const adapters = limits.adapters + limits.emulatedAdapters;
  return [
    /itanium|ia-?64/i.test(server.architecture) && 'its processors are Itanium (L1912)',
    memoryGb > limits.memoryGb &&
      `it uses ${round(memoryGb)} GB of memory; a guest has ${limits.memoryGb} GB at most (L1915)`,
    server.adapters > adapters &&
      `it has ${server.adapters} network adapters; a guest has ${adapters} at most (L2938)`,
    !server.isEthernet && 'it has a network adapter that is not Ethernet (L2942)',
    (server.largestPartitionGb ?? 0) > limits.partitionGb &&
      `a partition of ${round(server.largestPartitionGb ?? 0)} GB is larger than ${limits.partitionGb} GB (L2951)`,
    server.diskGb > limits.totalDiskGb &&
      `its disks of ${round(server.diskGb)} GB are more than ${limits.totalDiskGb} GB (L2955)`,
    server.serialPorts > limits.serialPorts &&
      `it has ${server.serialPorts} serial ports; a guest has ${limits.serialPorts} (L2976)`,
    server.serialDevices > 0 && 'a serial device is attached, such as the line of a UPS (L1950, L2978)',
    server.parallelDevices > 0 && 'a parallel device is attached (L1946, L2980)',
    server.usbDevices > 0 && 'a USB device other than keyboard and mouse is attached (L1942)',
  ].filter((reason) => reason !== false);
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
