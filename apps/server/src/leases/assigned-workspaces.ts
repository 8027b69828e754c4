import { type Lease, machineDescriptionSchema, type Workspace } from '@carrel/contract';
import { inBatches } from '../database/batches.ts';
import type { Queries, Row } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import { workspaceOf } from '../workspaces/index.ts';

/** A workspace with the image version its channel points at. */
export interface AssignedWorkspace {
  readonly workspace: Workspace;
  /** `undefined` while the channel points at no published version. */
  readonly image: Lease['image'] | undefined;
}

/** These workspaces, by name, with their images: one statement. Those that are gone are missing. */
export async function loadAssignedWorkspaces(
  queries: Queries,
  workspaceIds: readonly string[],
): Promise<AssignedWorkspace[]> {
  const rows = await inBatches(workspaceIds, (ids) => selectWithImages(queries, ids));
  return rows.map((row) => ({ workspace: workspaceOf(row), image: imageOf(row) }));
}

function selectWithImages(queries: Queries, workspaceIds: readonly string[]) {
  return queries
    .selectFrom('workspaces')
    .leftJoin('channels', (join) =>
      join
        .onRef('channels.imageId', '=', 'workspaces.imageId')
        .onRef('channels.name', '=', 'workspaces.channel'),
    )
    .leftJoin('imageVersions', (join) =>
      join
        .onRef('imageVersions.imageId', '=', 'channels.imageId')
        .onRef('imageVersions.number', '=', 'channels.versionNumber')
        .on('imageVersions.state', '=', 'published'),
    )
    .leftJoin('images', 'images.id', 'imageVersions.imageId')
    .where('workspaces.id', 'in', workspaceIds)
    .orderBy('workspaces.nameKey')
    .selectAll('workspaces')
    .select([
      'images.name as imageName',
      'imageVersions.number as versionNumber',
      'imageVersions.reference',
      'imageVersions.manifestDigest',
      'imageVersions.keyId',
      'imageVersions.virtualSizeBytes',
      'imageVersions.machineJson',
    ])
    .execute();
}

type ImageColumns = Pick<
  Row<'imageVersions'>,
  'reference' | 'manifestDigest' | 'keyId' | 'virtualSizeBytes'
> & {
  readonly imageName: string;
  readonly versionNumber: number;
  readonly machineJson: string;
};

function imageOf(
  row: { readonly [Name in keyof ImageColumns]: ImageColumns[Name] | null },
): Lease['image'] | undefined {
  const { imageName, versionNumber, reference, manifestDigest, keyId, virtualSizeBytes, machineJson } = row;
  // The joined columns are there together or not at all.
  if (imageName === null || versionNumber === null || reference === null || manifestDigest === null)
    return undefined;
  if (keyId === null || virtualSizeBytes === null || machineJson === null) return undefined;
  return {
    name: imageName,
    version: versionNumber,
    reference,
    manifestDigest,
    keyId,
    virtualSizeBytes,
    machine: parseJson(machineDescriptionSchema, machineJson),
  };
}
