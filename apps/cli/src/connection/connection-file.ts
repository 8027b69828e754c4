import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { z } from 'zod';
import type { CliContext } from '../context.ts';

const connectionSchema = z.object({
  /** Origin of the server. */
  server: z.url(),
  /** The authority pinned at sign-in, PEM; `null` where the system's trust decides. */
  authorityPem: z.string().nullable(),
  userName: z.string(),
  token: z.string(),
});
/** A server this person is signed in to. */
export type Connection = z.infer<typeof connectionSchema>;

/** `$XDG_CONFIG_HOME/carrel/connection.json`, readable by its owner only. */
export function connectionPath(env: CliContext['env']): string {
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'carrel', 'connection.json');
}

/**
 * The connection to use: `CARREL_SERVER`, `CARREL_TOKEN` and `CARREL_CA_FILE` when they are set, else the file.
 * `undefined` when there is neither.
 *
 * @throws {FILE_INVALID} the file is not what `carrel login` writes
 */
export async function readConnection(env: CliContext['env']): Promise<Connection | undefined> {
  const server = env['CARREL_SERVER'];
  const token = env['CARREL_TOKEN'];
  if (server !== undefined && token !== undefined) {
    const caFile = env['CARREL_CA_FILE'];
    const authorityPem = caFile === undefined ? null : await readFile(caFile, 'utf8');
    return { server: new URL(server).origin, authorityPem, userName: 'token', token };
  }
  const path = connectionPath(env);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = connectionSchema.safeParse(parseJson(text));
  if (!parsed.success) throw fail('FILE_INVALID', { path, reason: z.prettifyError(parsed.error) });
  return parsed.data;
}

/** Keeps the connection, replacing the one before in one step. */
export async function writeConnection(env: CliContext['env'], connection: Connection): Promise<void> {
  const path = connectionPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(connection));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Forgets the connection; it may be gone already. */
export async function removeConnection(env: CliContext['env']): Promise<void> {
  await rm(connectionPath(env), { force: true });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
