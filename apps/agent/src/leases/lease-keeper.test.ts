import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeviceEvent,
  type Lease,
  leaseSchema,
  sealingKeySchema,
  workspacePolicySchema,
} from '@carrel/contract';
import type { DeviceId, UserId, WorkspaceId } from '@carrel/kit';
import { sealKeys, signLease } from '@carrel/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContact } from '../link/contact.ts';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createEventQueue, type EventQueue } from '../store/event-queue.ts';
import { createFacts } from '../store/facts.ts';
import { createStoreSeal, withSeal } from '../store/store-seal.ts';
import { createTrustedClock, type TrustedClock } from '../time/trusted-clock.ts';
import { createLeaseKeeper, type LeaseKeeper, type LeaseKeeperOptions } from './lease-keeper.ts';
import { createLeaseKeys } from './lease-keys.ts';
import { createLeaseStore, type LeaseStore } from './lease-store.ts';

const now = Date.UTC(2026, 5, 1);
const deviceId = randomUUID() as string as DeviceId;
const userId = randomUUID() as string as UserId;
const sealing = generateKeyPairSync('x25519');
const signing = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const publicKey = {
  kty: 'OKP' as const,
  crv: 'Ed25519' as const,
  x: String(signing['x']),
  kid: 'lease-key',
};
const signingKey = { ...publicKey, d: String(signing['d']) };
const keys = { repositoryKey: randomKey(), diskKey: randomKey(), secrets: {} };

let folder: string;
let database: AgentDatabase;
let events: EventQueue;
let store: LeaseStore;
let keeper: LeaseKeeper;
let options: LeaseKeeperOptions;
let clock: TrustedClock;
let reading = { wallMs: now, monotonicMs: 0, bootId: 'boot' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-leases-'));
  database = openDatabase(join(folder, 'agent.db'));
  reading = { wallMs: now, monotonicMs: 0, bootId: 'boot' };
  const seal = createStoreSeal(database, new Uint8Array(32));
  const facts = withSeal(createFacts(database), seal);
  events = createEventQueue(
    database,
    () => now,
    () => undefined,
  );
  clock = createTrustedClock(facts, () => reading);
  clock.contact(now);
  store = createLeaseStore(database, seal);
  options = {
    store,
    seal,
    events,
    clock,
    contact: createContact(facts, clock, events),
    verification: () => ({ keys: [publicKey], issuer: 'instance', deviceId }),
    sealingKeys: () => [sealing.privateKey],
  };
  keeper = createLeaseKeeper(options);
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

describe('lease keeper', () => {
  it('keeps a lease, opens its keys, and says once that it came', async () => {
    const { lease, token } = await issue();
    await keeper.accept(userId, [token]);
    await keeper.accept(userId, [(await issue({ ...lease, workspaceRevision: 2 })).token]);
    const held = await keeper.require(lease, lease.workspaceName);
    expect(held.workspaceRevision).toBe(2);
    expect(await keeper.openKeys(held.sealedKeys)).toEqual(keys);
    expect(codes()).toEqual(['LEASE-001']);
  });

  it.each([
    { name: 'of another device', change: { deviceId: randomUUID() }, code: 'LEASE_OTHER_DEVICE' },
    { name: 'that has expired', change: { validUntil: now / 1000 - 1 }, code: 'LEASE_EXPIRED' },
    { name: 'from the future', change: { issuedAt: now / 1000 + 3600 }, code: 'LEASE_NOT_YET_VALID' },
    { name: 'of another instance', change: { issuer: 'other' }, code: 'LEASE_SIGNATURE_INVALID' },
    { name: 'of another user', change: { userId: randomUUID() }, code: 'LEASE_SIGNATURE_INVALID' },
  ])('refuses a lease $name, and says so once', async ({ change, code }) => {
    const { lease, token } = await issue(change);
    await keeper.accept(userId, [token]);
    await keeper.accept(userId, [token]);
    expect(store.list()).toEqual([]);
    expect(events.oldest(9).map((event) => [event.code, event.fields['code']])).toEqual([
      ['LEASE-002', code],
    ]);
    await expect(keeper.require(lease, 'Desk')).rejects.toMatchObject({ code: 'LEASE_MISSING' });
  });

  it('refuses a lease that was altered on the disk', async () => {
    const { lease, token } = await issue();
    await keeper.accept(userId, [token]);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const altered: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const generous = { ...(altered as object), validUntil: null, offlineLimitSeconds: 99_999_999 };
    const forged = Buffer.from(JSON.stringify(generous)).toString('base64url');
    store.put({ ...lease, token: [header, forged, signature].join('.') });
    await expect(keeper.require(lease, 'Desk')).rejects.toMatchObject({ code: 'LEASE_SIGNATURE_INVALID' });
    expect(codes()).toEqual(['LEASE-001', 'LEASE-002']);
  });

  it('refuses an authentic lease of one workspace in the place of another', async () => {
    const { lease, token } = await issue();
    const other = { workspaceId: randomUUID() as string as WorkspaceId, userId };
    store.put({ ...other, token });
    await expect(keeper.require(other, lease.workspaceName)).rejects.toMatchObject({
      code: 'LEASE_SIGNATURE_INVALID',
    });
  });

  it('refuses an old lease that somebody put back, until the next contact', async () => {
    const { lease, token } = await issue();
    await keeper.accept(userId, [token]);
    await keeper.accept(userId, [(await issue({ ...lease, offlineLimitSeconds: 60 })).token]);
    database.sqlite.prepare('UPDATE leases SET jws = ?').run(token);
    await expect(keeper.require(lease, 'Desk')).rejects.toMatchObject({ code: 'LEASE_STORE_ALTERED' });
    createStoreSeal(database, new Uint8Array(32)).restore();
    await expect(keeper.require(lease, 'Desk')).rejects.toMatchObject({ code: 'LEASE_MISSING' });
    await keeper.accept(userId, [token]);
    expect((await keeper.require(lease, 'Desk')).offlineLimitSeconds).toBe(lease.offlineLimitSeconds);
  });

  it('verifies with the keys the server named last, under the seal, and else with those of the enrolment', async () => {
    const { lease, token } = await issue();
    await keeper.accept(userId, [token]);
    const other = { ...publicKey, kid: 'other-key' };
    const facts = withSeal(createFacts(database), createStoreSeal(database, new Uint8Array(32)));
    const leaseKeys = createLeaseKeys(facts, { keys: [publicKey] });
    const verification = () => ({ keys: leaseKeys.current, issuer: 'instance', deviceId });
    const reader = createLeaseKeeper({ ...options, verification });
    await expect(reader.require(lease, 'Desk')).resolves.toEqual(lease);
    leaseKeys.replace({ keys: [other] });
    await expect(reader.require(lease, 'Desk')).rejects.toMatchObject({ code: 'LEASE_SIGNATURE_INVALID' });
    expect(createLeaseKeys(facts, { keys: [publicKey] }).current).toEqual([other]);
    database.sqlite.exec("UPDATE facts SET value = '{\"keys\":[]}' WHERE name = 'lease-keys'");
    expect(createLeaseKeys(facts, { keys: [publicKey] }).current).toEqual([publicKey]);
  });

  it('opens what was sealed to the key before the present one', async () => {
    const { lease } = await issue();
    const fresh = generateKeyPairSync('x25519').privateKey;
    const reader = createLeaseKeeper({ ...options, sealingKeys: () => [fresh, sealing.privateKey] });
    expect(await reader.openKeys(lease.sealedKeys)).toEqual(keys);
    const late = createLeaseKeeper({ ...options, sealingKeys: () => [fresh] });
    await expect(late.openKeys(lease.sealedKeys)).rejects.toMatchObject({ code: 'LEASE_SIGNATURE_INVALID' });
  });

  it('drops what the server no longer sends, and keeps it when an answer cannot be read', async () => {
    const first = await issue();
    const second = await issue();
    await keeper.accept(userId, [first.token, second.token]);
    await keeper.accept(userId, ['not a lease']);
    expect(store.list()).toHaveLength(2);
    await keeper.accept(userId, [second.token]);
    expect((await keeper.list()).map((lease) => lease.leaseId)).toEqual([second.lease.leaseId]);
    await keeper.withdraw();
    expect(store.list()).toEqual([]);
    expect(codes()).toEqual(['LEASE-001', 'LEASE-001', 'LEASE-002', 'LEASE-005', 'LEASE-005']);
  });

  it('judges by trusted time, whatever the wall clock says', async () => {
    const { lease } = await issue({ validUntil: now / 1000 + 3600 });
    reading = { ...reading, wallMs: now - 365 * 86_400_000, monotonicMs: 3_601_000 };
    expect(keeper.evaluate(lease, 'run')).toMatchObject({ outcome: 'ended', code: 'LEASE_EXPIRED' });
  });
});

const codes = (): DeviceEvent['code'][] => events.oldest(100).map((event) => event.code);

async function issue(change: object = {}): Promise<{ lease: Lease; token: string }> {
  const recipient = sealingKeySchema.parse(sealing.publicKey.export({ format: 'jwk' }));
  const lease = leaseSchema.parse({
    leaseId: randomUUID(),
    issuer: 'instance',
    deviceId,
    userId,
    userName: 'ada',
    workspaceId: randomUUID(),
    workspaceName: 'Desk',
    workspaceRevision: 1,
    issuedAt: now / 1000,
    validUntil: null,
    offlineLimitSeconds: 86_400,
    policySchemaVersion: 1,
    policy: workspacePolicySchema.parse({}),
    image: {
      name: 'tiny',
      version: 1,
      reference: 'server:tiny:1',
      manifestDigest: `sha256:${'0'.repeat(64)}`,
      keyId: '0'.repeat(16),
      virtualSizeBytes: 1024,
      machine: {},
    },
    sealedKeys: await sealKeys(keys, recipient),
    ...change,
  });
  return { lease, token: await signLease(lease, signingKey) };
}

function randomKey(): string {
  return randomBytes(32).toString('base64url');
}
