import type { PhysicalServer, ServerAverages } from '../physical-server.ts';

const averages: ServerAverages = {
  processorShare: 0.1,
  memoryGb: 1,
  diskReadMbPerSecond: 1,
  diskWriteMbPerSecond: 1,
  networkSendBytesPerSecond: 1e5,
  networkReceiveBytesPerSecond: 1e5,
};

/** A server that any host can hold, but for what is given. */
export function makeServer(
  name: string,
  change: Partial<Omit<PhysicalServer, 'averages' | 'placement'>> & {
    averages?: Partial<ServerAverages>;
    placement?: Partial<PhysicalServer['placement']>;
  } = {},
): PhysicalServer {
  return {
    name,
    isGuest: false,
    location: '',
    group: '',
    architecture: 'x64',
    cores: 2,
    coreMhz: 2000,
    memoryGb: 4,
    memoryPeakGb: null,
    diskGb: 100,
    largestPartitionGb: null,
    adapters: 1,
    isEthernet: true,
    serialPorts: 0,
    serialDevices: 0,
    parallelDevices: 0,
    usbDevices: 0,
    hasDynamicDisks: false,
    rackUnits: 2,
    powerWatts: 750,
    refreshYear: null,
    refreshCost: null,
    isPlanned: false,
    applications: [],
    ...change,
    averages: { ...averages, ...change.averages },
    placement: { virtualProcessors: null, together: '', spread: '', spreadLimit: 1, ...change.placement },
  };
}
