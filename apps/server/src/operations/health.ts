import { fail } from '@carrel/contract';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Services } from '../services.ts';

const databaseTimeoutMs = 5_000;

/** `/healthz`: the process serves. `/readyz`: it can do its work, too. Both without sign-in, and telling no more. */
export function registerHealth(app: FastifyInstance, { database, clock }: Services): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    const timer = new AbortController();
    const tooLate = clock.sleep(databaseTimeoutMs, timer.signal).then(() => {
      throw fail('DATABASE_UNREACHABLE', { reason: `no answer within ${databaseTimeoutMs} ms` });
    });
    // The loser of the race below is aborted, which nobody needs to hear of.
    tooLate.catch(() => undefined);
    try {
      await Promise.race([sql`select 1`.execute(database.queries), tooLate]);
      return { status: 'ready' };
    } finally {
      timer.abort();
    }
  });
}
