import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureAuthority, ensureServerIdentity } from './authority/tls-identity.ts';
import { type InstancePaths, instancePathsOf } from './instance-paths.ts';
import { createMasterKey } from './master-key.ts';
import { createRootSecret } from './root-secret.ts';

const dayMs = 86_400_000;

describe('the certificates of an instance', () => {
  let folder: string;
  let paths: InstancePaths;
  const nowMs = Date.now();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carrel-instance-'));
    paths = instancePathsOf(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const leafOf = (chain: string): X509Certificate => new X509Certificate(chain);
  const names = ['localhost', '127.0.0.1', '::1'];

  it('stay the same while they are good', async () => {
    const authority = await ensureAuthority(paths, 'an-instance', nowMs);
    expect(await ensureAuthority(paths, 'an-instance', nowMs)).toEqual(authority);
    const identity = await ensureServerIdentity(paths, authority, names, nowMs);
    expect(await ensureServerIdentity(paths, authority, names, nowMs + 300 * dayMs)).toEqual(identity);
    const leaf = leafOf(identity.chain);
    expect(leaf.checkIssued(new X509Certificate(authority.pair.certificate))).toBe(true);
    expect(leaf.ca).toBe(false);
    expect([leaf.checkIP('127.0.0.1'), leaf.checkIP('::1')]).toEqual(['127.0.0.1', '::1']);
  });

  it('are renewed a month before they end, keeping the names they had', async () => {
    const authority = await ensureAuthority(paths, 'an-instance', nowMs);
    const first = await ensureServerIdentity(paths, authority, [...names, 'carrel.example'], nowMs);
    const later = nowMs + 368 * dayMs;
    const second = await ensureServerIdentity(paths, authority, names, later);
    expect(second.chain).not.toBe(first.chain);
    expect(leafOf(second.chain).checkHost('carrel.example')).toBe('carrel.example');
    expect(leafOf(second.chain).validToDate.getTime()).toBeGreaterThan(later + 300 * dayMs);
  });

  it('are made anew when a crash left a key of another certificate', async () => {
    const authority = await ensureAuthority(paths, 'an-instance', nowMs);
    const first = await ensureServerIdentity(paths, authority, names, nowMs);
    await writeFile(paths.serverKey, await readFile(paths.authorityKey));
    const second = await ensureServerIdentity(paths, authority, names, nowMs);
    expect(second.chain).not.toBe(first.chain);
  });
});

describe('the master key', () => {
  const key = createMasterKey(Buffer.alloc(32, 1));

  it('opens what it sealed, and nothing altered, of another key or for another purpose', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 1, max: 255 }), (secret, place, change) => {
        const wrapped = key.wrap('purpose', secret);
        expect(new Uint8Array(key.unwrap('purpose', wrapped))).toEqual(secret);
        const bytes = Buffer.from(wrapped, 'base64url');
        const index = place % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ change;
        expect(() => key.unwrap('purpose', bytes.toString('base64url'))).toThrow();
        expect(() => key.unwrap('another', wrapped)).toThrow();
        expect(() => createMasterKey(Buffer.alloc(32, 2)).unwrap('purpose', wrapped)).toThrow();
      }),
    );
  });
});

describe('the root secret', () => {
  const key = createRootSecret(Buffer.alloc(32, 1));

  it('derives the same bytes for the same names only', () => {
    expect(key.derive('disk-key', 'a', 'b')).toEqual(key.derive('disk-key', 'a', 'b'));
    const others = [
      key.derive('disk-key', 'a', 'bc'),
      key.derive('disk-key', 'ab', 'c'),
      key.derive('x', 'a', 'b'),
    ];
    const all = [...others, key.derive('disk-key', 'a', 'b')].map((bytes) => bytes.toString('hex'));
    expect(new Set(all).size).toBe(4);
    // A golden value: what was derived once must be derived for ever, or disks cannot be opened.
    expect(key.derive('disk-key', 'device', 'user', 'workspace').toString('hex')).toMatchInlineSnapshot(
      `"f33ace2f624530998afbec8c3f4e016c4ea21c2ec048f8ea89ddbcaaf64cf609"`,
    );
  });
});
