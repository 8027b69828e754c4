import type { Clock } from '@carrel/kit';
import type { Terminal } from './terminal/terminal.ts';

/** What every command works with. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** `--json`: a program reads, not a person. */
  readonly isJson: boolean;
  /** The environment; read here only, so that tests can give their own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}
