import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fail } from '@carrel/contract';
import { readFileIfThere } from '../instance/index.ts';

export interface CommonOptions {
  readonly data?: string;
  readonly name: readonly string[];
  readonly databaseFile?: string;
  readonly json?: true;
}

export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (line: string) => void;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** `--data`, else `CARREL_DATA`, else `~/.local/share/carrel/server`. */
export function dataFolder(option: string | undefined, env: CommandContext['env']): string {
  return resolve(option ?? env['CARREL_DATA'] ?? join(homedir(), '.local/share/carrel/server'));
}

/**
 * The PostgreSQL connection string, from `--database-file` or `CARREL_DATABASE`: never from the command line, where
 * every user of the computer could read it. `undefined` means the embedded database.
 *
 * @throws {USAGE} it is not one
 */
export async function connectionString(
  options: Pick<CommonOptions, 'databaseFile'>,
  env: CommandContext['env'],
): Promise<string | undefined> {
  const { databaseFile } = options;
  const text = databaseFile === undefined ? env['CARREL_DATABASE'] : await readFileIfThere(databaseFile);
  if (text === undefined && databaseFile !== undefined) {
    throw fail('USAGE', { reason: `There is no file ${databaseFile}.`, command: 'carrel server' });
  }
  const value = text?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^postgres(ql)?:\/\//.test(value)) return value;
  throw fail('USAGE', {
    reason: 'The database must be given as postgres://USER:PASSWORD@HOST/NAME.',
    command: 'carrel server',
  });
}
