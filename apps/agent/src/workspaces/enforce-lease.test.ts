import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, type Lease, leaseSchema } from '@carrel/contract';
import { evaluateLease } from '@carrel/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createEventQueue, type EventQueue } from '../store/event-queue.ts';
import { createFacts } from '../store/facts.ts';
import { createStoreSeal } from '../store/store-seal.ts';
import { createTrustedClock, type TrustedClock } from '../time/trusted-clock.ts';
import { type EnforcedWorkspace, enforceLease } from './enforce-lease.ts';
import { createWorkspaceRecords, workspaceRecordSchema } from './workspace-record.ts';
import { WorkspaceState } from './workspace-state.ts';

const start = Date.UTC(2026, 2, 1);
const minute = 60_000;
const tickMs = 5_000;

let folder: string;
let database: AgentDatabase;
let events: EventQueue;
let clock: TrustedClock;
let workspace: TestWorkspace;
let reading = { wallMs: start, monotonicMs: 0, bootId: 'boot' };
let lease: Lease | undefined;
let failingSinceMs: number | undefined;
let hasTriedContact = true;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-enforce-'));
  database = openDatabase(join(folder, 'agent.db'));
  reading = { wallMs: start, monotonicMs: 0, bootId: 'boot' };
  failingSinceMs = undefined;
  hasTriedContact = true;
  events = createEventQueue(
    database,
    () => reading.wallMs,
    () => undefined,
  );
  clock = createTrustedClock(createFacts(database), () => reading);
  clock.contact(start);
  lease = createLease({});
  workspace = createWorkspace(lease);
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

describe('enforcement of leases', () => {
  it('warns once at each threshold, then counts down, then stops', async () => {
    lease = createLease({ validUntil: (start + 90 * minute) / 1000 });
    await passTime(95 * minute);
    const records = recorded().map(([code, fields]) => [code, fields['remainingSeconds'] ?? fields['code']]);
    expect(records).toEqual([
      ['LEASE-003', 90 * 60 - 5],
      ['LEASE-003', 60 * 60],
      ['LEASE-003', 10 * 60],
      ['LEASE-004', 'LEASE_EXPIRED'],
      ['LEASE-006', 'LEASE_EXPIRED'],
    ]);
    expect(workspace.stops).toBe(1);
    expect(workspace.state.record.failure?.code).toBe('LEASE_EXPIRED');
  });

  it('stops within a minute of the moment due', async () => {
    lease = createLease({ validUntil: (start + 10 * minute) / 1000 });
    await passTime(10 * minute + 60_000 - tickMs);
    expect(workspace.stops).toBe(0);
    await passTime(2 * tickMs);
    expect(workspace.stops).toBe(1);
  });

  it('says in trusted time when the limit was reached, when that was seen, and when the guest was stopped', async () => {
    const limitMs = start + 10 * minute + 1_000;
    lease = createLease({ validUntil: limitMs / 1000 });
    await passTime(12 * minute);
    const fieldsOf = (code: string) => recorded().find(([recordedCode]) => recordedCode === code)?.[1];
    const iso = (timeMs: number) => new Date(timeMs).toISOString();
    expect(fieldsOf('LEASE-004')).toMatchObject({
      limitAt: iso(limitMs),
      noticedAt: iso(limitMs - 1_000 + tickMs),
      countdownSeconds: 60,
    });
    const dueMs = limitMs - 1_000 + tickMs + minute;
    expect(fieldsOf('LEASE-006')).toMatchObject({ dueAt: iso(dueMs), enforcedAt: iso(dueMs) });
  });

  it('deletes a workspace in use after the countdown, where the grant says so for that reason', async () => {
    const settings = { whenDisabled: false, whenExpired: true, whenOfflineTooLong: false };
    workspace.state.update({ policy: { ...workspace.state.record.policy, deletion: settings } });
    lease = createLease({ validUntil: (start + 10 * minute) / 1000 });
    await passTime(11 * minute - tickMs);
    expect(workspace.deletions).toEqual([]);
    await passTime(2 * tickMs);
    expect(workspace.deletions).toEqual(['expired']);
    expect(workspace.stops).toBe(0);
  });

  it.each([
    { withdrawal: 'disabled', settings: { whenDisabled: true }, expected: ['disabled'] },
    { withdrawal: 'unassigned', settings: { whenDisabled: true }, expected: ['disabled'] },
    { withdrawal: 'revoked', settings: { whenDisabled: true }, expected: ['disabled'] },
    { withdrawal: 'revoked', settings: { whenExpired: true, whenOfflineTooLong: true }, expected: [] },
    { withdrawal: 'expired', settings: { whenExpired: true }, expected: ['expired'] },
    { withdrawal: 'expired', settings: { whenDisabled: true }, expected: [] },
    { withdrawal: null, settings: { whenDisabled: true, whenExpired: true }, expected: [] },
  ] as const)('deletes a workspace at rest that was $withdrawal only if $settings says so', async (given) => {
    putToRest();
    const none = { whenDisabled: false, whenExpired: false, whenOfflineTooLong: false };
    const deletion = { ...none, ...given.settings };
    const { policy } = workspace.state.record;
    workspace.state.update({ withdrawal: given.withdrawal, policy: { ...policy, deletion } });
    lease = undefined;
    await passTime(minute);
    expect(workspace.deletions).toEqual(given.expected);
  });

  it('deletes nothing by the clock before the server was asked, and nothing for a short outage', async () => {
    putToRest();
    const deletion = { whenDisabled: true, whenExpired: true, whenOfflineTooLong: true };
    workspace.state.update({ policy: { ...workspace.state.record.policy, deletion } });
    hasTriedContact = false;
    lease = createLease({ validUntil: start / 1000 });
    await passTime(minute);
    expect(workspace.deletions).toEqual([]);
    hasTriedContact = true;
    lease = createLease({ offlineLimitSeconds: 0 });
    failingSinceMs = clock.nowMs() - 10 * minute;
    await passTime(minute);
    expect(workspace.deletions).toEqual([]);
    lease = createLease({ offlineLimitSeconds: 60 });
    await passTime(minute);
    expect(workspace.deletions).toEqual(['offline-too-long']);
  });

  it('stops nothing when the permission comes back during the countdown', async () => {
    const kept = lease;
    lease = undefined;
    await passTime(30_000);
    expect(workspace.state.record.ending).toMatchObject({ code: 'LEASE_WITHDRAWN' });
    lease = kept;
    await passTime(5 * minute);
    expect(workspace.stops).toBe(0);
    expect(workspace.state.record.ending).toBeNull();
  });

  it('goes on counting where it was when the agent restarts meanwhile', async () => {
    lease = undefined;
    await passTime(40_000);
    workspace = createWorkspace(undefined);
    // The guest was not found again yet.
    workspace.hasGuest = false;
    await passTime(10_000);
    workspace.hasGuest = true;
    await passTime(15_000);
    expect(workspace.stops).toBe(1);
    expect(recorded().filter(([code]) => code === 'LEASE-004')).toHaveLength(1);
  });

  it('gives a lost contact two minutes where offline use is forbidden', async () => {
    lease = createLease({ offlineLimitSeconds: 0 });
    await passTime(minute);
    failingSinceMs = clock.nowMs();
    await passTime(2 * minute - tickMs);
    expect(workspace.state.record.ending).toBeNull();
    await passTime(2 * tickMs);
    expect(workspace.state.record.ending).toMatchObject({ code: 'LEASE_OFFLINE_FORBIDDEN' });
    await passTime(minute);
    expect(workspace.stops).toBe(1);
  });

  it('is not delayed by a clock set back, nor hastened by one set forward', async () => {
    lease = createLease({ validUntil: (start + 5 * minute) / 1000 });
    reading = { ...reading, wallMs: start + 30 * 86_400_000 };
    await passTime(4 * minute);
    expect(workspace.state.record.ending).toBeNull();
    reading = { ...reading, wallMs: start - 30 * 86_400_000 };
    await passTime(3 * minute);
    expect(workspace.stops).toBe(1);
  });
});

function putToRest(): void {
  workspace.hasGuest = false;
  workspace.state.update({ guest: null });
  workspace.state.want({ guest: 'stopped' });
}

async function passTime(durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += tickMs) {
    reading = {
      ...reading,
      wallMs: reading.wallMs + tickMs,
      monotonicMs: reading.monotonicMs + tickMs,
    };
    clock.tick();
    await enforceLease(workspace, {
      events,
      clock,
      hasTriedContact: () => hasTriedContact,
      leases: {
        require: () =>
          lease ? Promise.resolve(lease) : Promise.reject(fail('LEASE_MISSING', { workspace: 'Desk' })),
        evaluate: (judged, purpose) =>
          evaluateLease(judged, {
            trustedNowMs: clock.nowMs(),
            offlineMs: clock.offlineMs(),
            contactFailingMs: failingSinceMs === undefined ? 0 : clock.nowMs() - failingSinceMs,
            purpose,
          }),
      },
    });
  }
}

function recorded(): [string, Record<string, unknown>][] {
  return events.oldest(100).map((event) => [event.code, event.fields]);
}

function createLease(change: object): Lease {
  return leaseSchema.parse({
    leaseId: randomUUID(),
    issuer: 'instance',
    deviceId: randomUUID(),
    userId: randomUUID(),
    userName: 'ada',
    workspaceId: randomUUID(),
    workspaceName: 'Desk',
    workspaceRevision: 1,
    issuedAt: start / 1000,
    validUntil: null,
    offlineLimitSeconds: 365 * 86_400,
    policySchemaVersion: 1,
    policy: {},
    image: {
      name: 'tiny',
      version: 1,
      reference: 'server:tiny:1',
      manifestDigest: `sha256:${'0'.repeat(64)}`,
      keyId: '0'.repeat(16),
      virtualSizeBytes: 1024,
      machine: {},
    },
    sealedKeys: 'sealed',
    ...change,
  });
}

interface TestWorkspace extends EnforcedWorkspace {
  hasGuest: boolean;
  stops: number;
  deletions: string[];
}

/** A workspace with a running guest; of the record on disk when no lease is given, as after a restart. */
function createWorkspace(fresh: Lease | undefined): TestWorkspace {
  const records = createWorkspaceRecords(database, createStoreSeal(database, new Uint8Array(32)));
  const record =
    records.list()[0] ??
    workspaceRecordSchema.parse({
      workspaceId: fresh?.workspaceId,
      userId: fresh?.userId,
      workspaceName: 'Desk',
      userName: 'ada',
      slot: 0,
      wanted: { guest: 'running', isForced: false, isImageWanted: true, isResetWanted: false },
      policy: {
        persistence: 'revertible',
        stopAction: 'shutdown',
        countdownSeconds: 60,
        keepVersions: 1,
        supportContact: '',
      },
      guest: { image: `sha256:${'0'.repeat(64)}`, startedAtMs: start, bootSeconds: 1, isUp: true },
      isSaved: false,
      overlay: null,
      bases: [],
      hasRun: true,
      failure: null,
      ending: null,
      warned: null,
    });
  const state = new WorkspaceState(record, records, () => undefined);
  const created: TestWorkspace = {
    hasGuest: true,
    state,
    stops: 0,
    deletions: [],
    delete: (reason) => {
      created.deletions.push(reason);
      created.state.update({ deletion: reason });
    },
    stop: () => {
      created.stops += 1;
      state.want({ guest: 'stopped' });
    },
  };
  return created;
}
