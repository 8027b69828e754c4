import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import type { Id } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createEventQueue } from '../store/event-queue.ts';
import { createDeviceActions, type DeviceAction, type DeviceActions } from './device-actions.ts';

const never = new AbortController().signal;
let folder: string;
let database: AgentDatabase;
let recorded: unknown[];
let wipesTold: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-actions-'));
  database = openDatabase(join(folder, 'agent.db'));
  recorded = [];
  wipesTold = 0;
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

/** As an agent has them that was started anew. */
function open(): DeviceActions {
  const events = {
    record: (code: string, fields: object) => {
      recorded.push([code, ...(Object.values(fields) as unknown[])]);
      return 1;
    },
  };
  const hooks = {
    onWipeTold: () => {
      wipesTold += 1;
    },
    onUnexpected: (error: unknown) => void recorded.push(error),
  };
  return createDeviceActions(database, events as Parameters<typeof createDeviceActions>[1], hooks);
}

function action(kind: DeviceAction['kind']): DeviceAction {
  return { id: randomUUID() as string as Id<'device-action'>, kind, workspaceId: null, userId: null };
}

describe('what the server asks of a device', () => {
  it('is done once, in order, however often it is asked, and told until the server asks no more', async () => {
    const [lock, stop] = [action('lock'), action('stop')];
    const actions = open();
    const done: string[] = [];
    const perform = ({ kind }: DeviceAction) => Promise.resolve(void done.push(kind));
    actions.take([lock, stop]);
    actions.take([lock, stop]);
    await actions.performAll(perform, never);
    open().take([lock]);
    await open().performAll(perform, never);
    expect(done).toEqual(['lock', 'stop']);
    const told = open().finished();
    expect(told).toEqual([
      { id: lock.id, outcome: 'done' },
      { id: stop.id, outcome: 'done' },
    ]);
    actions.acknowledge(told, [stop]);
    expect(actions.finished()).toEqual([{ id: stop.id, outcome: 'done' }]);
    expect(recorded).toEqual([
      ['AGENT-010', 'lock', 'done', ''],
      ['AGENT-010', 'stop', 'done', ''],
    ]);
  });

  it('is begun again by the next agent when this one ended in the middle', async () => {
    const reset = action('reset');
    const ending = new AbortController();
    open().take([reset]);
    const cutOff = open().performAll(() => {
      ending.abort();
      return Promise.reject(new DOMException('ended', 'AbortError'));
    }, ending.signal);
    await expect(cutOff).rejects.toMatchObject({ name: 'AbortError' });
    expect(open().finished()).toEqual([]);
    const done: DeviceAction[] = [];
    await open().performAll((given) => Promise.resolve(void done.push(given)), never);
    expect(done).toEqual([reset]);
  });

  it('is told of with the end of it, or not at all', async () => {
    const lock = action('lock');
    const queue = createEventQueue(
      database,
      () => 0,
      () => undefined,
    );
    const hooks = { onWipeTold: () => undefined, onUnexpected: () => undefined };
    const actions = createDeviceActions(database, queue, hooks);
    actions.take([lock]);
    // As when this process is killed between the two.
    database.sqlite.exec(
      `CREATE TRIGGER killed BEFORE UPDATE ON device_actions BEGIN SELECT RAISE(ABORT, 'killed'); END`,
    );
    await expect(actions.performAll(() => Promise.resolve(), never)).rejects.toThrow('killed');
    expect(queue.oldest(10)).toEqual([]);
    database.sqlite.exec('DROP TRIGGER killed');
    await actions.performAll(() => Promise.resolve(), never);
    expect(queue.oldest(10).map(({ code }) => code)).toEqual(['AGENT-010']);
  });

  it('fails with the reason, and lets the next one be done', async () => {
    const [reset, lock, stop] = [action('reset'), action('lock'), action('stop')];
    const actions = open();
    actions.take([reset, lock, stop]);
    await actions.performAll(({ kind }) => {
      if (kind === 'reset')
        return Promise.reject(fail('WORKSPACE_BUSY', { state: 'running', action: 'reset' }));
      return kind === 'lock' ? Promise.reject(new TypeError('a mistake')) : Promise.resolve();
    }, never);
    expect(actions.finished()).toEqual([
      { id: reset.id, outcome: 'failed', code: 'WORKSPACE_BUSY' },
      { id: lock.id, outcome: 'failed', code: 'INTERNAL' },
      { id: stop.id, outcome: 'done' },
    ]);
    expect(recorded.some((entry) => entry instanceof TypeError)).toBe(true);
  });

  it('tells of a wipe until the server knows, and stays on the disk until all goes', async () => {
    const wipe = action('wipe');
    const actions = open();
    actions.take([wipe]);
    await actions.performAll(() => Promise.resolve(), never);
    actions.acknowledge(actions.finished(), [wipe]);
    expect(wipesTold).toBe(0);
    actions.acknowledge(actions.finished(), []);
    expect(wipesTold).toBe(1);
    expect(open().finished()).toEqual([{ id: wipe.id, outcome: 'done' }]);
  });
});
