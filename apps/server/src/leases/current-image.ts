import { type Lease, machineDescriptionSchema, type Workspace } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';

/** The image version a workspace's channel points at; `undefined` while it points at none that is published. */
export async function findCurrentImage(
  queries: Queries,
  workspace: Workspace,
): Promise<Lease['image'] | undefined> {
  const row = await queries
    .selectFrom('channels')
    .innerJoin('imageVersions', (join) =>
      join
        .onRef('imageVersions.imageId', '=', 'channels.imageId')
        .onRef('imageVersions.number', '=', 'channels.versionNumber'),
    )
    .innerJoin('images', 'images.id', 'channels.imageId')
    .where('channels.imageId', '=', workspace.imageId)
    .where('channels.name', '=', workspace.channel)
    .where('imageVersions.state', '=', 'published')
    .selectAll('imageVersions')
    .select('images.name as imageName')
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    name: row.imageName,
    version: row.number,
    reference: row.reference,
    manifestDigest: row.manifestDigest,
    keyId: row.keyId,
    virtualSizeBytes: row.virtualSizeBytes,
    machine: parseJson(machineDescriptionSchema, row.machineJson),
  };
}
