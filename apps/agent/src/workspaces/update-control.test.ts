import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lease, leaseSchema } from '@carrel/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nothingReceived } from '../images/received.ts';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createEventQueue, type EventQueue } from '../store/event-queue.ts';
import { createFacts } from '../store/facts.ts';
import { createStoreSeal } from '../store/store-seal.ts';
import { createTrustedClock, type TrustedClock } from '../time/trusted-clock.ts';
import { leasedPart, newRecord } from './new-record.ts';
import { UpdateControl } from './update-control.ts';
import { createWorkspaceRecords, type WorkspaceRecord } from './workspace-record.ts';
import { WorkspaceState } from './workspace-state.ts';

const start = Date.UTC(2026, 2, 1);
const minute = 60_000;
const hour = 60 * minute;
const stepMs = 5_000;
const digest = (version: number): string => `sha256:${String(version).repeat(64)}`;
const ids = { workspaceId: randomUUID(), userId: randomUUID() };

let folder: string;
let database: AgentDatabase;
let events: EventQueue;
let clock: TrustedClock;
let reading = { wallMs: start, monotonicMs: 0, bootId: 'boot' };
let lease: Lease | undefined;
let isOnline = true;
let allowance: 'held' | 'flowing' = 'flowing';
let state: WorkspaceState;
let updates: UpdateControl;
let restarts: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-update-'));
  database = openDatabase(join(folder, 'agent.db'));
  reading = { wallMs: start, monotonicMs: 0, bootId: 'boot' };
  [isOnline, allowance, restarts] = [true, 'flowing', 0];
  startAgent();
  clock.contact(start);
  grant(1, {});
  const { image, sealedKeys } = leaseOf(1, {});
  const run = { image: digest(1), startedAtMs: start, bootSeconds: 1, isUp: true, told: {} };
  state.update({
    overlay: { image: digest(1), isUsed: true },
    guest: run,
    ran: { image: digest(1), version: 1 },
    wanted: { ...state.record.wanted, guest: 'running' },
  });
  state.putBase(base(image, sealedKeys));
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

function leaseOf(version: number, virtualMachine: object): Lease {
  return leaseSchema.parse({
    ...ids,
    leaseId: randomUUID(),
    issuer: 'instance',
    deviceId: randomUUID(),
    userName: 'ada',
    workspaceName: 'Desk',
    workspaceRevision: 1,
    issuedAt: start / 1000,
    validUntil: null,
    offlineLimitSeconds: null,
    policySchemaVersion: 2,
    policy: { virtualMachine: { persistence: 'persistent', ...virtualMachine } },
    image: {
      name: 'tiny',
      version,
      reference: `server:tiny:${version}`,
      manifestDigest: digest(version),
      keyId: '0'.repeat(16),
      virtualSizeBytes: 1,
      machine: {},
    },
    sealedKeys: 'sealed',
  });
}

const base = (source: Lease['image'], sealedKeys: string): WorkspaceRecord['bases'][number] => ({
  source,
  sealedKeys,
  dataBytes: 1,
  isComplete: true,
  isDamaged: false,
  progress: 1,
  received: nothingReceived,
});

/** The lease that the last contact brought. */
function grant(version: number, virtualMachine: object): void {
  lease = leaseOf(version, virtualMachine);
  state.update(leasedPart(lease));
}

/** What the lease names is wholly here. */
function fetched(): void {
  if (lease) state.putBase(base(lease.image, lease.sealedKeys));
}

/** A new process with what is on disk. */
function startAgent(): void {
  const seal = createStoreSeal(database, new Uint8Array(32));
  const records = createWorkspaceRecords(database, seal);
  events = createEventQueue(
    database,
    () => reading.wallMs,
    () => undefined,
  );
  clock = createTrustedClock(createFacts(database), () => reading);
  const record = records.list()[0] ?? newRecord(leaseOf(1, {}), 0);
  state = new WorkspaceState(record, records, () => undefined);
  updates = new UpdateControl({
    state,
    events,
    transaction: (work) => database.transaction(work),
    transfers: {
      allowance: () =>
        allowance === 'held' ? { kind: 'held' } : { kind: 'flowing', bytesPerSecond: undefined },
    },
    trustedNowMs: () => clock.nowMs(),
    isOnline: () => isOnline,
    lease: () => lease,
    guest: () => ({ isThere: state.record.guest !== null, isStopping: false }),
  });
}

/** The agent looks every few seconds, or less often where time is long; the wall clock may be set meanwhile. */
function pass(durationMs: number): void {
  const pauseMs = durationMs > 5 * minute ? 2 * minute : stepMs;
  for (let passedMs = 0; passedMs < durationMs; passedMs += pauseMs) {
    reading = {
      ...reading,
      wallMs: reading.wallMs + pauseMs,
      monotonicMs: reading.monotonicMs + pauseMs,
    };
    clock.tick();
    if (updates.look()) restarts += 1;
  }
}

const recorded = (): [string, unknown][] =>
  events
    .oldest(1_000)
    .map(({ code, fields }) => [code, fields['deadline'] ?? fields['why'] ?? fields['version']]);
const codes = (): string[] => recorded().map(([code]) => code);

describe('an update that is suggested', () => {
  it('is told once, and never taken unasked', () => {
    grant(2, {});
    fetched();
    pass(2 * hour);
    expect(recorded()).toEqual([['WORKSPACE-015', 'none']]);
    expect(restarts).toBe(0);
    expect(updates.beforeStart(false)).toEqual({ isVersionKept: false, moveTo: null });
    expect(updates.describe().update).toMatchObject({
      version: 2,
      deadline: null,
      isHere: true,
      taken: 'when-agreed',
      stopsAt: null,
    });
  });

  it('is told also where the person was quicker than the agent', () => {
    grant(2, {});
    fetched();
    state.update({ guest: null });
    updates.beforeStart(false);
    pass(stepMs);
    expect(recorded()).toEqual([['WORKSPACE-015', 'none']]);
    state.update({ overlay: { image: digest(2), isUsed: true } });
    expect(updates.describe().update).toBeUndefined();
  });

  it('is taken at once when its person says yes to what is put aside', () => {
    expect(() => updates.agree(true)).toThrow(expect.objectContaining({ code: 'UPDATE_NONE' }) as Error);
    grant(2, {});
    fetched();
    expect(() => updates.agree(false)).toThrow(
      expect.objectContaining({ code: 'UPDATE_NOT_CONFIRMED' }) as Error,
    );
    expect(updates.agree(true)).toBe(true);
    expect(state.record.wanted.moveTo).toEqual({ image: digest(2), why: 'agreed' });
  });

  it('is counted down first when it had to be fetched, and is that of the newest version', () => {
    grant(2, {});
    expect(updates.agree(true)).toBe(false);
    pass(10 * minute);
    grant(3, {});
    pass(minute);
    expect(state.record.wanted.moveTo?.image).toBe(digest(3));
    fetched();
    pass(minute);
    expect(restarts).toBe(0);
    expect(updates.describe().update?.stopsAt).not.toBeNull();
    pass(2 * stepMs);
    expect(restarts).toBeGreaterThan(0);
    expect(recorded().filter(([code]) => code === 'WORKSPACE-017')).toEqual([['WORKSPACE-017', 'agreed']]);
  });

  it('is forgotten when the version is taken back before it came', () => {
    grant(2, {});
    updates.agree(true);
    grant(1, {});
    pass(stepMs);
    expect(state.record.wanted.moveTo).toBeNull();
    grant(2, {});
    fetched();
    pass(hour);
    expect(restarts).toBe(0);
  });

  it('is taken at the next start of a revertible workspace, which its person may put off', () => {
    grant(2, { persistence: 'revertible' });
    fetched();
    state.update({ guest: null, overlay: null });
    expect(updates.beforeStart(false)).toEqual({ isVersionKept: false, moveTo: null });
    expect(updates.beforeStart(true)).toEqual({ isVersionKept: true, moveTo: null });
    expect(updates.describe().update?.taken).toBe('next-start');
    state.removeBase(digest(1));
    expect(() => updates.beforeStart(true)).toThrow(
      expect.objectContaining({ code: 'VERSION_NOT_KEPT' }) as Error,
    );
  });
});

describe('an update that is forced', () => {
  const force = { updateMode: 'force', forceAfterHours: 2 };

  it('is due when it was said to be, with the clock set back and the agent started anew', () => {
    grant(2, force);
    fetched();
    pass(hour);
    reading = { ...reading, wallMs: reading.wallMs - 365 * 24 * hour };
    pass(30 * minute);
    startAgent();
    pass(30 * minute);
    expect(restarts).toBe(0);
    startAgent();
    pass(2 * minute - 50_000);
    expect(restarts).toBe(0);
    startAgent();
    pass(minute);
    expect(restarts).toBe(0);
    startAgent();
    pass(minute);
    expect(restarts).toBeGreaterThan(0);
    expect(recorded().slice(0, 5)).toEqual([
      ['WORKSPACE-015', new Date(start + 2 * minute + 2 * hour).toISOString()],
      ['WORKSPACE-016', 2],
      ['WORKSPACE-016', 2],
      ['WORKSPACE-017', 'due'],
      ['WORKSPACE-018', 'due'],
    ]);
    expect(state.record.wanted.moveTo).toEqual({ image: digest(2), why: 'due' });
  });

  it('leaves a guest alone for which the version is not here, and lets it start offline', () => {
    grant(2, force);
    isOnline = false;
    pass(10 * hour);
    expect(restarts).toBe(0);
    expect(updates.beforeStart(false)).toEqual({ isVersionKept: false, moveTo: null });
    fetched();
    pass(minute + 2 * stepMs);
    expect(restarts).toBeGreaterThan(0);
  });

  it('is not evaded by holding transfers while the server is in reach', () => {
    grant(2, force);
    pass(3 * hour);
    expect(restarts).toBe(0);
    allowance = 'held';
    pass(2 * minute);
    expect(restarts).toBeGreaterThan(0);
  });

  it('refuses to stay on the old version, or to go back to it', () => {
    grant(2, force);
    fetched();
    pass(stepMs);
    state.update({ guest: null });
    expect(updates.beforeStart(true)).toEqual({ isVersionKept: true, moveTo: null });
    pass(2 * hour);
    expect(() => updates.beforeStart(true)).toThrow(expect.objectContaining({ code: 'UPDATE_DUE' }) as Error);
    expect(updates.beforeStart(false).moveTo).toEqual({ image: digest(2), why: 'due' });
    const previous = { image: digest(1), version: 1, disk: 'a', keptUntilMs: start + 99 * hour } as const;
    state.update({ previous, overlay: { image: digest(2), isUsed: true } });
    expect(() => updates.goBack()).toThrow(expect.objectContaining({ code: 'UPDATE_FORCED' }) as Error);
    grant(1, force);
    updates.goBack();
    expect(state.record.wanted.moveTo).toEqual({ image: digest(1), why: 'back' });
  });

  it('is called off when the policy only suggests again', () => {
    grant(2, force);
    fetched();
    pass(2 * hour);
    pass(2 * minute + stepMs);
    expect(codes().at(-1)).toBe('WORKSPACE-017');
    grant(2, {});
    pass(hour);
    expect(restarts).toBe(0);
    expect(updates.describe().update).toMatchObject({ deadline: null, stopsAt: null });
  });
});
