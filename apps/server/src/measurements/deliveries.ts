import { eventCatalogue, type MeasuredDelivery } from '@carrel/contract';
import { z } from 'zod';
import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import type { DeviceTags } from './device-tags.ts';
import { Durations } from './durations.ts';

const began = 'IMAGE-001';
const completed = 'IMAGE-002';
const beganSchema = z.object(eventCatalogue[began].fields);
const completedSchema = z.object(eventCatalogue[completed].fields);

const rowsRead = 2_000;
const sources = ['downloadedBytes', 'peersBytes', 'stagedBytes', 'copiesBytes', 'hostFilesBytes'] as const;

/** Fetches of one image, of one kind, on the devices of one tag. */
interface Group {
  readonly image: string;
  readonly kind: MeasuredDelivery['kind'];
  readonly tag: string | null;
  count: number;
  readonly bytes: Record<(typeof sources)[number], number>;
  readonly durations: Durations;
}

/** Goes through what devices told of their fetches since, a page in memory at a time. */
export async function measureDeliveries(
  queries: Queries,
  fromMs: number,
  devices: DeviceTags,
): Promise<MeasuredDelivery[]> {
  const groups = new Map<string, Group>();
  /** When fetches that are still under way began, by the clocks of their devices. */
  const beginnings = new Map<string, number>();
  for await (const event of imageEvents(queries, fromMs)) {
    const tags = event.deviceId === null ? undefined : devices.get(event.deviceId);
    if (!tags) continue;
    if (event.code === began) {
      const { image, version } = parseJson(beganSchema, event.fieldsJson);
      const key = JSON.stringify([event.deviceId, image, version]);
      if (!beginnings.has(key)) beginnings.set(key, event.clientTime);
      continue;
    }
    const receipt = parseJson(completedSchema, event.fieldsJson);
    const key = JSON.stringify([event.deviceId, receipt.image, receipt.version]);
    const beganMs = beginnings.get(key);
    beginnings.delete(key);
    const seconds = beganMs === undefined ? undefined : (event.clientTime - beganMs) / 1000;
    for (const tag of tags) note(groups, tag, receipt, seconds);
  }
  return [...groups.values()].map(({ bytes, durations, ...group }) => ({
    ...group,
    ...bytes,
    timeToReady: durations.summary(),
  }));
}

/** @param seconds `undefined` when no beginning is known; below 0 when the clock was set back meanwhile */
function note(
  groups: Map<string, Group>,
  tag: string | null,
  receipt: z.output<typeof completedSchema>,
  seconds: number | undefined,
): void {
  const kind = receipt.copiesBytes > 0 ? 'update' : 'initial';
  const key = JSON.stringify([receipt.image, kind, tag]);
  const group = groups.get(key) ?? {
    image: receipt.image,
    kind,
    tag,
    count: 0,
    bytes: { downloadedBytes: 0, peersBytes: 0, stagedBytes: 0, copiesBytes: 0, hostFilesBytes: 0 },
    durations: new Durations(),
  };
  groups.set(key, group);
  group.count += 1;
  for (const source of sources) group.bytes[source] += receipt[source];
  if (seconds !== undefined && seconds >= 0) group.durations.add(seconds);
}

interface ImageEvent {
  readonly position: number;
  readonly receivedTime: number;
  readonly code: string;
  readonly deviceId: string | null;
  readonly clientTime: number;
  readonly fieldsJson: string;
}

/** Beginnings and ends of fetches in the order they came in. */
async function* imageEvents(queries: Queries, fromMs: number): AsyncGenerator<ImageEvent> {
  const starts = eventsOf(queries, began, fromMs);
  const ends = eventsOf(queries, completed, fromMs);
  let start = await starts.next();
  let end = await ends.next();
  while (!start.done || !end.done) {
    if (end.done || (!start.done && isBefore(start.value, end.value))) {
      if (!start.done) yield start.value;
      start = await starts.next();
    } else {
      yield end.value;
      end = await ends.next();
    }
  }
}

function isBefore(one: ImageEvent, other: ImageEvent): boolean {
  if (one.receivedTime !== other.receivedTime) return one.receivedTime < other.receivedTime;
  return one.position < other.position;
}

async function* eventsOf(queries: Queries, code: string, fromMs: number): AsyncGenerator<ImageEvent> {
  let last = { receivedTime: fromMs, position: 0 };
  for (;;) {
    const { receivedTime, position } = last;
    const rows = await queries
      .selectFrom('events')
      .select(['position', 'receivedTime', 'code', 'deviceId', 'clientTime', 'fieldsJson'])
      .where('code', '=', code)
      .where('receivedTime', '>=', receivedTime)
      .where((where) =>
        where.or([where('receivedTime', '>', receivedTime), where('position', '>', position)]),
      )
      .orderBy('receivedTime')
      .orderBy('position')
      .limit(rowsRead)
      .execute();
    yield* rows;
    const newest = rows.at(-1);
    if (!newest || rows.length < rowsRead) return;
    last = newest;
  }
}
