import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Lease, leaseSchema } from '@carrel/contract';
import { z } from 'zod';
import { createMasterKey, type MasterKey } from '../../apps/server/src/instance/master-key.ts';
import { createRootSecret, rootSecretPurpose } from '../../apps/server/src/instance/root-secret.ts';
import type { Instance } from './instance.ts';

const rowSchema = z.object({ jws: z.string() });
const keyRowSchema = z.object({ wrapped_key: z.string() });

/** The one lease in the store of the agent, as the server signed it. */
export function readStoredLease(instance: Instance): string {
  using database = new DatabaseSync(storePath(instance), { readOnly: true });
  return rowSchema.parse(database.prepare('SELECT jws FROM leases').get()).jws;
}

/** Puts another in its place, as somebody does who owns the computer. The agent must not be running. */
export function replaceStoredLease(instance: Instance, token: string): void {
  using database = new DatabaseSync(storePath(instance));
  database.prepare('UPDATE leases SET jws = ?').run(token);
}

/** What a lease says. */
export function contentOf(token: string): Lease {
  return leaseSchema.parse(JSON.parse(Buffer.from(partsOf(token).payload, 'base64url').toString()));
}

/** The same lease with something of it changed, and nobody to sign it again. */
export function tampered(token: string, change: (text: string) => string): string {
  const { header, payload, signature } = partsOf(token);
  const text = Buffer.from(payload, 'base64url').toString();
  const changed = change(text);
  if (changed === text) throw new Error('nothing of the lease was changed');
  return [header, Buffer.from(changed).toString('base64url'), signature].join('.');
}

/** The same lease with other content, signed with the key of the instance. */
export async function signedAnew(instance: Instance, token: string, change: Partial<Lease>): Promise<string> {
  const { header } = partsOf(token);
  const payload = Buffer.from(JSON.stringify({ ...contentOf(token), ...change })).toString('base64url');
  const key = createPrivateKey(await leaseKeyOf(instance));
  return `${header}.${payload}.${sign(null, Buffer.from(`${header}.${payload}`), key).toString('base64url')}`;
}

/** Opens the disks of the workspace of a lease. */
export async function diskKeyOf(instance: Instance, lease: Lease): Promise<Buffer> {
  using database = new DatabaseSync(join(instance.folder, 'server/server.sqlite'), { readOnly: true });
  const row = database.prepare('SELECT name, wrapped_key FROM root_secrets').get();
  const { name, wrapped_key } = keyRowSchema.extend({ name: z.string() }).parse(row);
  const root = (await readMasterKey(instance)).unwrap(rootSecretPurpose(name), wrapped_key);
  return createRootSecret(root).derive('disk-key', lease.deviceId, lease.userId, lease.workspaceId);
}

/** PEM. */
async function leaseKeyOf(instance: Instance): Promise<string> {
  using database = new DatabaseSync(join(instance.folder, 'server/server.sqlite'), { readOnly: true });
  const row = database.prepare('SELECT wrapped_key FROM lease_keys').get();
  return (await readMasterKey(instance)).unwrap('lease-key', keyRowSchema.parse(row).wrapped_key).toString();
}

async function readMasterKey(instance: Instance): Promise<MasterKey> {
  const text = await readFile(join(instance.folder, 'server/master.key'), 'utf8');
  return createMasterKey(Buffer.from(text.trim(), 'base64url'));
}

function partsOf(token: string): { header: string; payload: string; signature: string } {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { header, payload, signature };
}

function storePath(instance: Instance): string {
  return join(instance.folder, 'agent/agent.db');
}
