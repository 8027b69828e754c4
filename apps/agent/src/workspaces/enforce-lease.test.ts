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
let workspace: EnforcedWorkspace & { stops: number };
let reading = { wallMs: start, monotonicMs: 0, bootId: 'boot' };
let lease: Lease | undefined;
let failingSinceMs: number | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-enforce-'));
  database = openDatabase(join(folder, 'agent.db'));
  reading = { wallMs: start, monotonicMs: 0, bootId: 'boot' };
  failingSinceMs = undefined;
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
    await passTime(25_000);
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

/** A workspace with a running guest; of the record on disk when no lease is given, as after a restart. */
function createWorkspace(fresh: Lease | undefined): EnforcedWorkspace & { stops: number } {
  const records = createWorkspaceRecords(database);
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
      guest: null,
      isSaved: false,
      overlay: null,
      bases: [],
      hasRun: true,
      failure: null,
      ending: null,
      warned: null,
    });
  const state = new WorkspaceState(record, records, () => undefined);
  const created = {
    hasGuest: true,
    state,
    stops: 0,
    stop: () => {
      created.stops += 1;
      state.want({ guest: 'stopped' });
    },
  };
  return created;
}
