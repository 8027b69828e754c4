import type { Database } from '../database/index.ts';
import { readRetention } from '../settings/index.ts';

const dayMs = 86_400_000;
/** Removed at a time, so that others get their turn in between. */
const batch = 2_000;

/**
 * Removes events older than their severity is kept. The devices' counters stay, so nothing removed is taken in again.
 *
 * @returns how many were removed
 */
export async function expireEvents(
  { queries }: Database,
  nowMs: number,
  signal?: AbortSignal,
): Promise<number> {
  const retention = await readRetention(queries);
  let removed = 0;
  for (const [severity, days] of Object.entries(retention)) {
    for (;;) {
      signal?.throwIfAborted();
      const result = await queries
        .deleteFrom('events')
        .where('position', 'in', (select) =>
          select
            .selectFrom('events')
            .select('position')
            .where('severity', '=', severity)
            .where('receivedTime', '<', nowMs - days * dayMs)
            .orderBy('receivedTime')
            .limit(batch),
        )
        .executeTakeFirst();
      removed += Number(result.numDeletedRows);
      if (result.numDeletedRows < BigInt(batch)) break;
    }
  }
  return removed;
}
