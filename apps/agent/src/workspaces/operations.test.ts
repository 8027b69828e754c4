import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createId } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createOperationStore, type OperationRecord, type OperationStore } from './operations.ts';
import { Supervisor, type SupervisorParts } from './supervisor.ts';

const yearMs = 365 * 86_400_000;
const presentMs = Date.UTC(2026, 10, 21);

let folder: string;
let database: AgentDatabase;
let operations: OperationStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-operations-'));
  database = openDatabase(join(folder, 'agent.db'));
  operations = createOperationStore(database);
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

function operation(atMs: number, state: OperationRecord['state']): OperationRecord {
  const id = createId<'operation'>(atMs, randomBytes(10));
  const about = {
    workspaceId: createId<'workspace'>(0, new Uint8Array(10)),
    userId: createId<'user'>(0, new Uint8Array(10)),
  };
  return { ...about, id, action: 'start', state, phase: 'start', error: null };
}

describe('operations, whose computer had its clock set back a year', () => {
  it('are kept by when they were begun, not by the clock', () => {
    const former = Array.from({ length: 250 }, (_, at) => operation(presentMs + at, 'succeeded'));
    for (const one of former) operations.put(one);
    const begun = operation(presentMs - yearMs, 'running');
    operations.put(begun);
    expect(operations.running(begun)).toEqual([begun]);
    expect(operations.find(former.at(-1)?.id ?? '')).toBeDefined();
    expect(operations.find(former[0]?.id ?? '')).toBeUndefined();
  });

  it('are waited for as long as was asked for', async () => {
    const begun = operation(presentMs, 'running');
    operations.put(begun);
    let clockMs = presentMs;
    const parts: Pick<SupervisorParts, 'operations' | 'nowMs' | 'records'> = {
      operations,
      nowMs: () => {
        const readMs = clockMs;
        clockMs = presentMs - yearMs;
        return readMs;
      },
      records: { list: () => [], put: () => undefined, remove: () => undefined },
    };
    const supervisor = new Supervisor(parts as SupervisorParts);
    const waited = await supervisor.operation(begun.id, 50, new AbortController().signal);
    expect(waited).toMatchObject({ id: begun.id, state: 'running' });
  });
});
