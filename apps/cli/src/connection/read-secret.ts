import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { fail } from '@carrel/contract';
import type { CliContext } from '../context.ts';

export interface SecretSource {
  /** What to ask for on a terminal. */
  readonly prompt: string;
  /** A file that holds it on its first line; `-` is standard input. */
  readonly file: string | undefined;
  /** The environment variable that may hold it. */
  readonly variable: string;
  /** How to name the option in an error. */
  readonly option: string;
}

/**
 * Gets a secret without it ever being an argument: from a file, the environment, or the keyboard unseen.
 *
 * @throws {USAGE} there is none of the three
 */
export async function readSecret(context: CliContext, source: SecretSource): Promise<string> {
  if (source.file !== undefined) {
    const text = await readFile(source.file === '-' ? '/dev/stdin' : source.file, 'utf8');
    return text.split(/\r?\n/, 1)[0] ?? '';
  }
  const fromEnvironment = context.env[source.variable];
  if (fromEnvironment !== undefined) return fromEnvironment;
  if (!process.stdin.isTTY) {
    const reason = `There is nobody to ask: give ${source.option} FILE, or set ${source.variable}.`;
    throw fail('USAGE', { reason, command: 'carrel' });
  }
  process.stderr.write(`${source.prompt}: `);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await reader.question('', { signal: context.signal });
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
