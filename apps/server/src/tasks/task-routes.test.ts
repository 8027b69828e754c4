import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageVersion, routes, type Task } from '@carrel/contract';
import type { TaskId } from '@carrel/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PushedImage, pushTestImage } from '../images/testing/push-test-image.ts';
import { databaseKinds, startTestServer, type TestServer } from '../testing/index.ts';

const tenDaysMs = 10 * 86_400_000;

describe.each(databaseKinds)('tasks of a server on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function register(name: string): Promise<{ version: ImageVersion; pushed: PushedImage }> {
    const { id: imageId } = await server.administrator.call(routes.createImage, { body: { name } });
    const pushed = await pushTestImage(server, name, 'v1');
    const { body } = pushed;
    const version = await server.administrator.call(routes.createVersion, { params: { imageId }, body });
    return { version, pushed };
  }

  const verify = ({ imageId, number }: ImageVersion): Promise<Task> =>
    server.administrator.call(routes.verifyVersion, { params: { imageId, number } });

  async function ended(taskId: TaskId): Promise<Task> {
    const read = (): Promise<Task> => server.administrator.call(routes.getTask, { params: { taskId } });
    await expect.poll(read, { timeout: 20_000 }).not.toMatchObject({ state: 'running' });
    return read();
  }

  test('verifying a version reads it to the end', async () => {
    const { version } = await register('sound');
    const task = await verify(version);
    expect(task).toMatchObject({
      kind: 'verify-version',
      title: 'Verify sound version 1',
      createdBy: 'admin',
    });
    expect(await ended(task.id)).toMatchObject({ state: 'succeeded', error: null });
    const { items } = await server.administrator.call(routes.listTasks, {});
    expect(items[0]?.id).toBe(task.id);
  });

  test('verifying finds a byte that was changed on the disk of the server', async () => {
    const { version, pushed } = await register('damaged');
    const { repository } = server.services.instance.paths;
    const file = (digest: string): string =>
      join(repository, 'blobs', 'sha256', digest.slice(7, 9), digest.slice(7));
    const manifest = JSON.parse(await readFile(file(pushed.body.manifestDigest), 'utf8')) as {
      layers: { digest: string; size: number }[];
    };
    const largest = manifest.layers.toSorted((a, b) => b.size - a.size)[0];
    if (!largest) throw new Error('no layers');
    await flipByte(file(largest.digest), Math.floor(largest.size / 2));
    const task = await ended((await verify(version)).id);
    expect(task).toMatchObject({ state: 'failed', error: { code: 'IMAGE_DATA_DAMAGED' } });
  });

  test('garbage is planned, collected as a task, and registered versions stay without a tag', async () => {
    const kept = await register('kept');
    const replaced = await pushTestImage(server, 'kept', 'v1');
    await pushTestImage(server, 'kept', 'v1');
    const admin = await signInLater(tenDaysMs);
    const plan = await admin.call(routes.planGarbage, {});
    expect(plan.manifestCount).toBe(1);
    expect(plan.sizeBytes).toBeGreaterThan(300_000);
    const task = await admin.call(routes.collectGarbage, { body: {} });
    const read = (): Promise<Task> => admin.call(routes.getTask, { params: { taskId: task.id } });
    await expect.poll(read, { timeout: 20_000 }).toMatchObject({ state: 'succeeded' });
    expect(await admin.call(routes.planGarbage, {})).toEqual({
      manifestCount: 0,
      blobCount: 0,
      sizeBytes: 0,
    });
    expect(await manifestStatus('kept', kept.pushed.body.manifestDigest)).toBe(200);
    expect(await manifestStatus('kept', replaced.body.manifestDigest)).toBe(404);
    const params = { imageId: kept.version.imageId, number: 1 };
    const verified = await admin.call(routes.verifyVersion, { params });
    const readVerified = (): Promise<Task> => admin.call(routes.getTask, { params: { taskId: verified.id } });
    await expect.poll(readVerified, { timeout: 20_000 }).toMatchObject({ state: 'succeeded' });
  });

  test('what only retired versions need goes with their tags, and what others need stays', async () => {
    const admin = await signInLater(0);
    const pushed = await pushTestImage(server, 'left', 'v1');
    const stays = await pushTestImage(server, 'left', 'v2');
    const { id: imageId } = await admin.call(routes.createImage, { body: { name: 'left' } });
    const register = ({ body }: PushedImage): Promise<ImageVersion> =>
      admin.call(routes.createVersion, { params: { imageId }, body });
    const { number } = await register(pushed);
    await register(stays);
    await admin.call(routes.retireVersion, { params: { imageId, number } });
    const later = await signInLater(tenDaysMs);
    expect((await later.call(routes.planGarbage, {})).manifestCount).toBe(1);
    const task = await later.call(routes.collectGarbage, { body: {} });
    const read = (): Promise<Task> => later.call(routes.getTask, { params: { taskId: task.id } });
    await expect.poll(read, { timeout: 20_000 }).toMatchObject({ state: 'succeeded' });
    expect(await manifestStatus('left', pushed.body.manifestDigest)).toBe(404);
    expect(await manifestStatus('left', 'v1')).toBe(404);
    expect(await manifestStatus('left', 'v2')).toBe(200);
  });

  /** Time passes for sessions, too. */
  async function signInLater(laterMs: number): Promise<TestServer['administrator']> {
    server.clock.advance(laterMs);
    return server.connection.as(await server.signIn('admin', server.administratorPassword));
  }

  async function manifestStatus(name: string, reference: string): Promise<number> {
    const authorization = `Basic ${btoa(`admin:${server.administratorPassword}`)}`;
    const path = `/v2/${name}/manifests/${reference}`;
    return (await server.connection.send(path, { headers: { authorization } })).status;
  }
});

async function flipByte(path: string, offset: number): Promise<void> {
  await using file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, offset);
}
