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
    server.clock.advance(tenDaysMs);
    // Time has passed for sessions, too.
    const admin = server.connection.as(await server.signIn('admin', server.administratorPassword));
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
    const status = async ({ body }: PushedImage): Promise<number> => {
      const authorization = `Basic ${btoa(`admin:${server.administratorPassword}`)}`;
      const path = `/v2/kept/manifests/${body.manifestDigest}`;
      return (await server.connection.send(path, { headers: { authorization } })).status;
    };
    expect(await status(kept.pushed)).toBe(200);
    expect(await status(replaced)).toBe(404);
    const params = { imageId: kept.version.imageId, number: 1 };
    const verified = await admin.call(routes.verifyVersion, { params });
    const readVerified = (): Promise<Task> => admin.call(routes.getTask, { params: { taskId: verified.id } });
    await expect.poll(readVerified, { timeout: 20_000 }).toMatchObject({ state: 'succeeded' });
  });
});

async function flipByte(path: string, offset: number): Promise<void> {
  await using file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, offset);
}
