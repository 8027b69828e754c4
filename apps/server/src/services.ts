import type { Clock } from '@carrel/kit';
import type { Logger } from 'pino';
import type { Database } from './database/index.ts';
import type { Instance } from './instance/index.ts';
import type { Notices } from './notices/index.ts';

/** What every room of the server may use. */
export interface Services {
  readonly instance: Instance;
  readonly database: Database;
  readonly clock: Clock;
  /** Bytes nobody can guess. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
  /** Word of changes for whoever watches; see `notices/`. */
  readonly notices: Notices;
}
