import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { DatabaseCapabilities } from './capabilities.ts';
import type { Tables } from './tables.ts';

export type Queries = Kysely<Tables>;
export type Transaction = KyselyTransaction<Tables>;

/** An open database. Whoever opened it disposes of it. */
export interface Database extends AsyncDisposable {
  readonly queries: Queries;
  readonly capabilities: DatabaseCapabilities;
  /**
   * Runs work that is kept as a whole or not at all. Inside, only the transaction may be used: on SQLite it owns the
   * one connection, and waiting for `queries` there would wait for ever.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Runs reads that all see the database as it is at the first of them, however long they take. */
  snapshot<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
}
