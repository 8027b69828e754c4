import { fail } from '@carrel/contract';
import type { Pool } from 'pg';

/** First half of the advisory lock's key: "crrl". The second is ours to number. */
const lockClass = 0x6372726c;
const serverLock = 1;

/**
 * Makes this process the only server of a PostgreSQL database: a lock that ends with the connection it was taken on,
 * so that none can stay behind after a crash. Replay protection of device proofs lives in one process, which is why
 * there may be only one.
 *
 * @throws {DATABASE_LOCKED}
 */
export async function lockDatabase(pool: Pool): Promise<{ readonly release: () => Promise<void> }> {
  const connection = await pool.connect();
  try {
    const answer = await connection.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS locked',
      [lockClass, serverLock],
    );
    if (answer.rows[0]?.locked !== true) throw fail('DATABASE_LOCKED', {});
  } catch (error) {
    connection.release();
    throw error;
  }
  return {
    release: async () => {
      await connection.query('SELECT pg_advisory_unlock($1, $2)', [lockClass, serverLock]);
      connection.release();
    },
  };
}
