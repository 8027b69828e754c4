import { createId, type LeaseId, type WorkspaceId } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import type { Services } from '../services.ts';

/** A lease about to be issued, as the server remembers it. */
export interface LeaseRecord {
  readonly userId: string;
  readonly workspaceId: WorkspaceId;
  readonly workspaceRevision: number;
  readonly imageVersion: number;
  /** Seconds since 1970. */
  readonly validUntil: number | null;
}

/**
 * Remembers what a device holds for these users from now on, and forgets the rest: what is not issued again is
 * withdrawn. A lease keeps its id as long as it is renewed. Two statements.
 *
 * @returns ids in the order of the records
 */
export async function recordLeases(
  { database, randomBytes }: Services,
  device: Pick<Row<'devices'>, 'id'>,
  userIds: readonly string[],
  records: readonly LeaseRecord[],
  nowMs: number,
): Promise<LeaseId[]> {
  const { queries } = database;
  const rows =
    records.length === 0
      ? []
      : await queries
          .insertInto('leases')
          .values(
            records.map(({ validUntil, ...record }) => ({
              id: createId<'lease'>(nowMs, randomBytes(10)),
              deviceId: device.id,
              ...record,
              issuedAt: nowMs,
              validUntil: validUntil === null ? null : validUntil * 1000,
            })),
          )
          .onConflict((conflict) =>
            conflict.columns(['deviceId', 'userId', 'workspaceId']).doUpdateSet((set) => ({
              workspaceRevision: set.ref('excluded.workspaceRevision'),
              imageVersion: set.ref('excluded.imageVersion'),
              issuedAt: set.ref('excluded.issuedAt'),
              validUntil: set.ref('excluded.validUntil'),
            })),
          )
          .returning(['id', 'userId', 'workspaceId'])
          .execute();
  await queries
    .deleteFrom('leases')
    .where('deviceId', '=', device.id)
    .where('userId', 'in', userIds)
    .$if(rows.length > 0, (query) =>
      query.where(
        'id',
        'not in',
        rows.map((row) => row.id),
      ),
    )
    .execute();
  const idOf = new Map(rows.map((row) => [`${row.userId} ${row.workspaceId}`, row.id as LeaseId]));
  return records.map(({ userId, workspaceId }) => {
    const id = idOf.get(`${userId} ${workspaceId}`);
    if (id === undefined) throw new Error('the database returned no row of a lease that was stored');
    return id;
  });
}
