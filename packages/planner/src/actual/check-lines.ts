import type { Measurements } from '@carrel/contract';
import type { Plan } from '../plan-file/index.ts';
import { bytes, mbitOfRate, rateWithin, seconds } from '../quantities/index.ts';

/** What loading images took of the link of a location. */
export interface LineUse {
  readonly location: string;
  readonly downloadedBytes: number;
  /** Over the whole period, nights and weekends included. */
  readonly meanMbitPerSecond: number;
  /** Of the bandwidth of the uplink. */
  readonly share: number;
}

/** For every location with an uplink whose computers loaded something. */
export function checkLines(plan: Plan, { from, to, deliveries }: Measurements): LineUse[] {
  const period = seconds((Date.parse(to) - Date.parse(from)) / 1000);
  return plan.locations.flatMap(({ name, uplink }): LineUse[] => {
    if (!uplink) return [];
    const downloadedBytes = deliveries
      .filter(({ tag }) => tag?.toLowerCase() === name.toLowerCase())
      .reduce((sum, delivery) => sum + delivery.downloadedBytes - delivery.peersBytes, 0);
    if (downloadedBytes <= 0) return [];
    const meanMbitPerSecond = mbitOfRate(rateWithin(bytes(downloadedBytes), period));
    const share = meanMbitPerSecond / uplink.bandwidthMbitPerSecond;
    return [{ location: name, downloadedBytes, meanMbitPerSecond, share }];
  });
}
