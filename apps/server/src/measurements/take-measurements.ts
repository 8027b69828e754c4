import type { Measurements } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import { measureDeliveries } from './deliveries.ts';
import { countByTag, loadDeviceTags } from './device-tags.ts';
import { measureEvents } from './event-rate.ts';
import { measureImages } from './image-sizes.ts';
import { measureWorkspaces } from './workspace-people.ts';

const dayMs = 86_400_000;

/** What the instance measured in the days before now. */
export async function takeMeasurements(queries: Queries, days: number, nowMs: number): Promise<Measurements> {
  const fromMs = nowMs - days * dayMs;
  const devices = await loadDeviceTags(queries, fromMs);
  return {
    from: isoTime(fromMs),
    to: isoTime(nowMs),
    devices: countByTag(devices),
    events: await measureEvents(queries, nowMs),
    images: await measureImages(queries),
    deliveries: await measureDeliveries(queries, fromMs, devices),
    workspaces: await measureWorkspaces(queries, devices),
  };
}
