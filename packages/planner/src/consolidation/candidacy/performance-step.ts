import { type Load, megabitsPerSecond, resources, resourceWords } from '../load.ts';
import type { ServerAverages } from '../physical-server.ts';

/** The averages of a server in the terms of thresholds; disk is the larger of reading and writing (L3138). */
export function averageLoad(
  server: { readonly cores: number; readonly coreMhz: number },
  averages: ServerAverages,
): Load | undefined {
  const { processorShare, memoryGb } = averages;
  if (processorShare === null || memoryGb === null) return undefined;
  return {
    processorMhz: processorShare * server.cores * server.coreMhz,
    memoryGb,
    diskMbPerSecond: Math.max(averages.diskReadMbPerSecond ?? 0, averages.diskWriteMbPerSecond ?? 0),
    networkMbitPerSecond: megabitsPerSecond(
      (averages.networkSendBytesPerSecond ?? 0) + (averages.networkReceiveBytesPerSecond ?? 0),
    ),
  };
}

/** Which averages are above what one guest may use; equal is not above (L3095). */
export function performanceReasons(load: Load | undefined, threshold: Load): string[] {
  if (load === undefined) return ['nothing is known of what it uses of processor and memory'];
  return resources.flatMap((resource) => {
    const { name, unit } = resourceWords[resource];
    return load[resource] <= threshold[resource]
      ? []
      : [
          `its ${name} of ${Number(load[resource].toPrecision(6))} ${unit} on average is above the ${Number(threshold[resource].toPrecision(6))} ${unit} of a guest`,
        ];
  });
}
