import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, type Lease, leaseSchema } from '@carrel/contract';
import { createManualClock, type ManualClock } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGuestLoops } from './guest-loops.ts';
import { nothingReceived } from './images/received.ts';
import { runLoops } from './run-loops.ts';
import { type AgentDatabase, openDatabase } from './store/database.ts';
import { createEventQueue, type EventQueue } from './store/event-queue.ts';
import { createStoreSeal } from './store/store-seal.ts';
import { newRecord } from './workspaces/new-record.ts';
import type { UserWorkspace } from './workspaces/user-workspace.ts';
import { createWorkspaceRecords, type WorkspaceRecords } from './workspaces/workspace-record.ts';
import { WorkspaceState } from './workspaces/workspace-state.ts';

const stepMs = 5_000;
const image = `sha256:${'1'.repeat(64)}`;

let folder: string;
let database: AgentDatabase;
let events: EventQueue;
let records: WorkspaceRecords;
let clock: ManualClock;
let troubles: unknown[];
let ending: AbortController;
let running: Promise<void>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-guest-loops-'));
  database = openDatabase(join(folder, 'agent.db'));
  events = createEventQueue(
    database,
    () => 0,
    () => undefined,
  );
  records = createWorkspaceRecords(database, createStoreSeal(database, new Uint8Array(32)));
  clock = createManualClock();
  troubles = [];
});
afterEach(async () => {
  await endAgent();
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

/** A workspace of somebody whose guest is up; every talk to the agent in the guest goes to `talk`. */
function workspaceOf(userName: string, talk: () => Promise<void>): UserWorkspace {
  const lease = leaseOf(userName);
  const known = records.list().find((record) => record.userName === userName);
  const state = new WorkspaceState(known ?? newRecord(lease, 0), records, () => undefined);
  if (!known) {
    state.putBase({
      source: lease.image,
      sealedKeys: '',
      dataBytes: 1,
      isComplete: true,
      isDamaged: false,
      progress: 1,
      received: nothingReceived,
    });
    state.update({ guest: { image, startedAtMs: 0, bootSeconds: 1, isUp: true, told: {} } });
  }
  const machine = {
    network: { mode: 'nat', cardAddresses: [] },
    subscribe: () => () => undefined,
  };
  const guest = { machine, isStopping: false, isPaused: false, withAgent: talk };
  return { guest, state, lease } as unknown as UserWorkspace;
}

function leaseOf(userName: string): Lease {
  return leaseSchema.parse({
    workspaceId: randomUUID(),
    userId: randomUUID(),
    leaseId: randomUUID(),
    issuer: 'instance',
    deviceId: randomUUID(),
    userName,
    workspaceName: 'Desk',
    workspaceRevision: 1,
    issuedAt: 0,
    validUntil: null,
    offlineLimitSeconds: null,
    policySchemaVersion: 2,
    policy: {
      general: {},
      virtualMachine: { isTimeZoneSynchronized: true },
      network: { dns: { mode: 'fixed', primary: '10.0.0.53' } },
    },
    image: {
      name: 'tiny',
      version: 1,
      reference: 'server:tiny:1',
      manifestDigest: image,
      keyId: '0'.repeat(16),
      virtualSizeBytes: 1,
      machine: { guestOs: 'linux', hasGuestAgent: true },
    },
    sealedKeys: 'sealed',
  });
}

function startAgent(...workspaces: UserWorkspace[]): void {
  ending = new AbortController();
  const loops = createGuestLoops({
    supervisor: { list: () => workspaces },
    machines: { guardHost: () => Promise.resolve(true) },
    database,
    events,
    clock,
    onTrouble: (_what, error) => void troubles.push(error),
  });
  running = runLoops(loops, ending.signal);
}

async function endAgent(): Promise<void> {
  ending.abort();
  await running;
}

async function pass(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    // What a round begins is awaited by nobody.
    await new Promise((resolve) => setTimeout(resolve, 10));
    await clock.advance(stepMs);
  }
}

const silent = (): Promise<void> => Promise.reject(fail('GUEST_AGENT_SILENT', {}));
const told = (): string[] => events.oldest(100).map(({ code }) => code);

describe('looking after guests', () => {
  it('goes on for the others while one never answers, or is a mess', async () => {
    let talks = 0;
    const patient = workspaceOf('ada', () => {
      talks += 1;
      return Promise.resolve();
    });
    const hung = workspaceOf('bob', () => new Promise(() => undefined));
    const mad = workspaceOf('eve', () => Promise.reject(new TypeError('no such thing')));
    startAgent(hung, mad, patient);
    await pass(3);
    const before = talks;
    await pass(10);
    expect(before).toBeGreaterThan(0);
    expect(talks).toBeGreaterThan(before);
    expect(troubles).toContainEqual(new TypeError('no such thing'));
  });

  it('ends with the agent, whatever a guest still owes', async () => {
    startAgent(workspaceOf('bob', () => new Promise(() => undefined)));
    await pass(2);
    await expect(endAgent()).resolves.toBeUndefined();
  });

  it('says once what goes on failing, also by an agent that was started anew', async () => {
    startAgent(workspaceOf('ada', silent));
    await pass(20);
    expect(told().toSorted()).toEqual(['GUEST-002', 'GUEST-003', 'GUEST-004']);
    await endAgent();
    startAgent(workspaceOf('ada', silent));
    await pass(20);
    expect(told()).toHaveLength(3);
  });

  it('ends no agent that has no room to say so', async () => {
    database.sqlite.exec(
      `CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no room'); END`,
    );
    startAgent(workspaceOf('ada', silent));
    await pass(20);
    expect(told()).toEqual([]);
    expect(troubles.length).toBeGreaterThan(0);
    database.sqlite.exec('DROP TRIGGER full');
    await pass(20);
    expect(told().toSorted()).toEqual(['GUEST-002', 'GUEST-003', 'GUEST-004']);
  });
});
