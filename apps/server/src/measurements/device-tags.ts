import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import { tagsSchema } from '../devices/index.ts';

/** Tags of the devices that are measured, by id. Every device is under `null`, too. */
export type DeviceTags = ReadonlyMap<string, readonly (string | null)[]>;

const rowsRead = 2_000;

/** The devices that may work and made contact since. */
export async function loadDeviceTags(queries: Queries, sinceMs: number): Promise<DeviceTags> {
  const devices = new Map<string, readonly (string | null)[]>();
  // Most devices have the tags of many others: those are kept once.
  const alike = new Map<string, readonly (string | null)[]>();
  let last = '';
  for (;;) {
    const rows = await queries
      .selectFrom('devices')
      .select(['id', 'tagsJson'])
      .where('state', '=', 'active')
      .where('lastContactAt', '>=', sinceMs)
      .where('id', '>', last)
      .orderBy('id')
      .limit(rowsRead)
      .execute();
    for (const { id, tagsJson } of rows) {
      const tags = alike.get(tagsJson) ?? [null, ...parseJson(tagsSchema, tagsJson)];
      alike.set(tagsJson, tags);
      devices.set(id, tags);
      last = id;
    }
    if (rows.length < rowsRead) return devices;
  }
}

/** Devices by tag, `null` first. */
export function countByTag(devices: DeviceTags): { tag: string | null; count: number }[] {
  const counts = new Map<string | null, number>([[null, 0]]);
  for (const tags of devices.values()) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].map(([tag, count]) => ({ tag, count }));
}
