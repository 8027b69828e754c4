import { type Measurements, workspacePolicySchema } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import type { DeviceTags } from './device-tags.ts';

const rowsRead = 5_000;

/** Who has which workspace where, by the leases that devices hold. */
export async function measureWorkspaces(
  queries: Queries,
  devices: DeviceTags,
): Promise<Measurements['workspaces']> {
  const workspaces = await queries
    .selectFrom('workspaces')
    .innerJoin('images', 'images.id', 'workspaces.imageId')
    .select(['workspaces.id', 'workspaces.name', 'workspaces.policyJson', 'images.name as image'])
    .orderBy('workspaces.name')
    .execute();
  const people = await countPeople(queries, devices);
  return workspaces.map(({ id, name, image, policyJson }) => ({
    name,
    image,
    persistence: parseJson(workspacePolicySchema, policyJson).virtualMachine.persistence,
    people: [...(people.get(id) ?? [])].map(([tag, count]) => ({ tag, count })),
  }));
}

/** By workspace and tag. A person at two computers counts at both. */
async function countPeople(
  queries: Queries,
  devices: DeviceTags,
): Promise<Map<string, Map<string | null, number>>> {
  const people = new Map<string, Map<string | null, number>>();
  let last = '';
  for (;;) {
    const rows = await queries
      .selectFrom('leases')
      .select(['id', 'deviceId', 'workspaceId'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(rowsRead)
      .execute();
    for (const { id, deviceId, workspaceId } of rows) {
      const counts = people.get(workspaceId) ?? new Map<string | null, number>();
      people.set(workspaceId, counts);
      for (const tag of devices.get(deviceId) ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      last = id;
    }
    if (rows.length < rowsRead) return people;
  }
}
