import { createId, type WorkspaceId } from '@carrel/kit';
import type { ComparedAssignment } from '@carrel/policy';
import { inBatches } from '../../database/batches.ts';
import type { Transaction } from '../../database/index.ts';
import type { Authorship } from '../authorship.ts';

/** Rows a statement inserts at most: each has eight values. */
const rowsAtOnce = 1_000;

/** Stores assignments; those of principals that have one replace it, under the same id. */
export async function insertAssignments(
  transaction: Transaction,
  workspaceId: WorkspaceId,
  assignments: readonly ComparedAssignment[],
  { author, nowMs }: Authorship,
  randomBytes: (count: number) => Uint8Array,
): Promise<void> {
  const rows = assignments.map(({ principal, effect, settings }) => ({
    id: createId<'assignment'>(nowMs, randomBytes(10)),
    workspaceId,
    principalKind: principal.kind,
    principalId: principal.id,
    effect,
    settingsJson: JSON.stringify(settings),
    createdAt: nowMs,
    createdBy: author,
  }));
  await inBatches(
    rows,
    (some) =>
      transaction
        .insertInto('assignments')
        .values([...some])
        .onConflict((conflict) =>
          conflict.columns(['workspaceId', 'principalKind', 'principalId']).doUpdateSet((set) => ({
            effect: set.ref('excluded.effect'),
            settingsJson: set.ref('excluded.settingsJson'),
            createdAt: set.ref('excluded.createdAt'),
            createdBy: set.ref('excluded.createdBy'),
          })),
        )
        .execute(),
    rowsAtOnce,
  );
}
