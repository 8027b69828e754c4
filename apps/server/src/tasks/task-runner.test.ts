import { randomBytes } from 'node:crypto';
import { fail, type LiveMessage, type Task } from '@carrel/contract';
import { systemClock, type TaskId } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../database/index.ts';
import { createNotices, type Notices } from '../notices/index.ts';
import { databaseKinds, openTestDatabase, silentLog } from '../testing/index.ts';
import { findTask, listTasks } from './task-rows.ts';
import { TaskRunner, type TaskWork } from './task-runner.ts';

describe.each(databaseKinds)('tasks on %s', (kind) => {
  let database: Database;
  let notices: Notices;
  let heard: LiveMessage[];
  let runner: TaskRunner;
  beforeEach(async () => {
    database = await openTestDatabase(kind);
    notices = createNotices();
    heard = [];
    notices.listen((message) => heard.push(message));
    runner = createRunner();
  });
  afterEach(async () => {
    await runner[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  function createRunner(): TaskRunner {
    const random = (count: number): Uint8Array => randomBytes(count);
    return new TaskRunner({ database, clock: systemClock, randomBytes: random, log: silentLog, notices });
  }

  const start = (work: TaskWork, title = 'Verify office version 1'): Promise<Task> =>
    runner.start({ kind: 'verify-version', title, createdBy: 'ada', work }, (insert) =>
      database.transaction(insert),
    );

  async function read(id: TaskId): Promise<Task> {
    const task = await findTask(database.queries, id);
    if (!task) throw new Error('the task is gone');
    return task;
  }

  async function ended(id: TaskId): Promise<Task> {
    return expect
      .poll(() => read(id))
      .not.toMatchObject({ state: 'running' })
      .then(() => read(id));
  }

  /** Work that goes on until it is told to stop. */
  const endless: TaskWork = ({ signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
    });

  test('a task is there when it is started, tells its progress, and ends', async () => {
    const goOn = Promise.withResolvers<undefined>();
    const task = await start(async ({ onProgress }) => {
      onProgress({ phase: 'reading', doneBytes: 5, totalBytes: 10 });
      await goOn.promise;
    });
    expect(task).toMatchObject({ state: 'running', createdBy: 'ada', endedAt: null });
    await expect
      .poll(() => read(task.id))
      .toMatchObject({ progress: { phase: 'reading', doneBytes: 5, totalBytes: 10 } });
    goOn.resolve(undefined);
    expect(await ended(task.id)).toMatchObject({ state: 'succeeded', error: null });
    expect(heard.filter((message) => message.topic === 'task').length).toBeGreaterThanOrEqual(3);
  });

  test('a failure is kept as people are told it, and nothing of the inside', async () => {
    const known = await start(() => Promise.reject(fail('DISK_FULL', { path: 'x' })), 'one');
    expect(await ended(known.id)).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL' } });
    const unknown = await start(() => Promise.reject(new Error('password=hunter2')), 'two');
    const task = await ended(unknown.id);
    expect(task.error?.code).toBe('INTERNAL');
    expect(JSON.stringify(task)).not.toContain('hunter2');
  });

  test('a cancelled task stops and says so; one that ended cannot be cancelled', async () => {
    const task = await start(endless);
    expect(await runner.cancel(task.id)).toMatchObject({ id: task.id });
    expect(await ended(task.id)).toMatchObject({ state: 'cancelled', error: null });
    await expect
      .poll(() => runner.cancel(task.id).catch((error: unknown) => error))
      .toMatchObject({
        code: 'STATE_CONFLICT',
      });
    await expect(runner.cancel('01900000-0000-7000-8000-000000000000' as TaskId)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('the same task is not run twice at once', async () => {
    const first = await start(endless);
    expect((await start(endless)).id).toBe(first.id);
    expect((await start(endless, 'Verify office version 2')).id).not.toBe(first.id);
  });

  test('a server that stops marks what it cut short', async () => {
    const task = await start(endless);
    await runner[Symbol.asyncDispose]();
    expect(await read(task.id)).toMatchObject({ state: 'failed', error: { code: 'TASK_INTERRUPTED' } });
  });

  test('after a crash a task is failed, or run again where its kind allows that', async () => {
    const verify = await start(endless);
    const collect = await runner.start(
      { kind: 'collect-garbage', title: 'Collect', createdBy: 'ada', work: endless },
      (insert) => database.transaction(insert),
    );
    let runs = 0;
    const next = createRunner();
    await next.recover({
      'collect-garbage': () => {
        runs += 1;
        return Promise.resolve();
      },
    });
    expect(await read(verify.id)).toMatchObject({ state: 'failed', error: { code: 'TASK_INTERRUPTED' } });
    expect(await ended(collect.id)).toMatchObject({ state: 'succeeded' });
    expect(runs).toBe(1);
    await next[Symbol.asyncDispose]();
  });

  test('a list begins with the newest', async () => {
    const ids = [];
    for (const title of ['a', 'b', 'c']) ids.push((await start(endless, title)).id);
    const first = await listTasks(database.queries, { limit: 2 });
    const second = await listTasks(database.queries, { limit: 2, cursor: first.next });
    const listed = [...first.items, ...second.items].map((task) => task.id);
    expect(new Set(listed)).toEqual(new Set(ids));
    expect(listed).toEqual([...listed].sort().reverse());
  });
});
