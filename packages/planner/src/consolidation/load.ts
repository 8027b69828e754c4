/** What a host shares among its guests by the hour, in the order of all tables. MB are 1e6 bytes, GB 1e9. */
export const resources = ['processorMhz', 'memoryGb', 'diskMbPerSecond', 'networkMbitPerSecond'] as const;
export type Resource = (typeof resources)[number];

/** A use or a limit of each resource. */
export type Load = Readonly<Record<Resource, number>>;

/** As reports call them. */
export const resourceWords: Readonly<Record<Resource, { readonly name: string; readonly unit: string }>> = {
  processorMhz: { name: 'processor', unit: 'MHz' },
  memoryGb: { name: 'memory', unit: 'GB' },
  diskMbPerSecond: { name: 'disk throughput', unit: 'MB/s' },
  networkMbitPerSecond: { name: 'network throughput', unit: 'Mbit/s' },
};

/** Makes a load of what each resource has. */
export function loadOf(value: (resource: Resource, index: number) => number): Load {
  const [processor, memory, disk, network] = resources;
  return {
    processorMhz: value(processor, 0),
    memoryGb: value(memory, 1),
    diskMbPerSecond: value(disk, 2),
    networkMbitPerSecond: value(network, 3),
  };
}

/** Counters are in bytes per second, thresholds of networks in megabits: eight bits a byte (A8). */
export function megabitsPerSecond(bytesPerSecond: number): number {
  return (bytesPerSecond * 8) / 1e6;
}
