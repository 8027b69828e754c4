import { createHash, randomBytes } from 'node:crypto';
import { createId, type ImageId } from '@carrel/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../database/index.ts';
import { createMasterKey } from '../instance/master-key.ts';
import { keepRepositoryKey } from '../repository-keys/index.ts';
import { databaseKinds, openTestDatabase } from '../testing/index.ts';
import { moveChannel } from './channels.ts';
import { getImage, insertImage, listImages, removeImage } from './images.ts';
import { addVersion, getVersion, listVersions, publishVersion, retireVersion } from './versions.ts';

const nowMs = Date.parse('2026-05-01T12:00:00Z');
const keyId = '0123456789abcdef';

describe.each(databaseKinds)('images on %s', (kind) => {
  let database: Database;
  let nameCount = 0;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    const masterKey = createMasterKey(randomBytes(32));
    const key = randomBytes(32).toString('base64url');
    await keepRepositoryKey(database.queries, masterKey, { keyId, key }, nowMs);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  async function newImage(): Promise<ImageId> {
    nameCount += 1;
    const id = createId<'image'>(nowMs, randomBytes(10));
    const row = { id, name: `desk-${nameCount}`, description: '', createdAt: nowMs };
    await database.transaction((transaction) => insertImage(transaction, row));
    return id;
  }

  function add(imageId: ImageId, content: string): ReturnType<typeof addVersion> {
    return database.transaction((transaction) =>
      addVersion(transaction, {
        imageId,
        reference: `server:desk:${content}`,
        manifestDigest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
        keyId,
        virtualSizeBytes: 20 * 1024 ** 3,
        dataBytes: 100,
        storedBytes: 50,
        machineJson: '{}',
        notes: '',
        createdAt: nowMs,
        createdBy: 'ada',
      }),
    );
  }

  const publish = (imageId: ImageId, number: number): ReturnType<typeof publishVersion> =>
    database.transaction((transaction) => publishVersion(transaction, imageId, number, nowMs));
  const retire = (imageId: ImageId, number: number): ReturnType<typeof retireVersion> =>
    database.transaction((transaction) => retireVersion(transaction, imageId, number));
  const move = (
    imageId: ImageId,
    versionNumber: number,
    basedOnRevision: number,
  ): ReturnType<typeof moveChannel> =>
    database.transaction((transaction) =>
      moveChannel(transaction, {
        imageId,
        channel: 'production',
        versionNumber,
        basedOnRevision,
        nowMs,
        author: 'ada',
      }),
    );

  test('versions added at once are numbered without gaps', async () => {
    const imageId = await newImage();
    const added = await Promise.all(Array.from({ length: 12 }, (_, i) => add(imageId, `at once ${i}`)));
    const numbers = added.map(({ version }) => version.number).sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect((await getImage(database.queries, imageId)).latestVersion).toBe(12);
  });

  test('the same manifest at once is one version', async () => {
    const imageId = await newImage();
    const added = await Promise.all(Array.from({ length: 8 }, () => add(imageId, 'same')));
    expect(added.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(added.map(({ version }) => version.number))).toEqual(new Set([1]));
    expect((await add(await newImage(), 'same')).isNew).toBe(true);
  });

  test('a version goes from draft to published to retired, and never back', async () => {
    const imageId = await newImage();
    await add(imageId, 'one');
    expect(await getVersion(database.queries, imageId, 1)).toMatchObject({
      state: 'draft',
      publishedAt: null,
    });
    expect(await publish(imageId, 1)).toMatchObject({
      state: 'published',
      publishedAt: '2026-05-01T12:00:00.000Z',
    });
    expect(await publish(imageId, 1)).toMatchObject({ state: 'published' });
    expect(await retire(imageId, 1)).toMatchObject({ state: 'retired' });
    expect(await retire(imageId, 1)).toMatchObject({ state: 'retired' });
    await expect(publish(imageId, 1)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await expect(publish(imageId, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('channels point at published versions only, and hold them', async () => {
    const imageId = await newImage();
    await add(imageId, 'one');
    await add(imageId, 'two');
    await expect(move(imageId, 1, 0)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await publish(imageId, 1);
    await publish(imageId, 2);
    expect(await move(imageId, 1, 0)).toMatchObject({ previousVersion: null, channel: { revision: 1 } });
    await expect(retire(imageId, 1)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect(await move(imageId, 2, 1)).toMatchObject({ previousVersion: 1, channel: { revision: 2 } });
    await retire(imageId, 1);
    await expect(move(imageId, 1, 2)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    const { channels } = await getImage(database.queries, imageId);
    expect(channels).toMatchObject([{ name: 'production', versionNumber: 2, revision: 2, updatedBy: 'ada' }]);
  });

  test('of many moves based on the same revision one wins', async () => {
    const imageId = await newImage();
    for (const content of ['one', 'two']) await add(imageId, content);
    for (const number of [1, 2]) await publish(imageId, number);
    await expect(move(imageId, 1, 3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const first = await Promise.allSettled([1, 2, 1, 2, 1].map((number) => move(imageId, number, 0)));
    const moves = await Promise.allSettled([1, 2, 1, 2, 1].map((number) => move(imageId, number, 1)));
    for (const round of [first, moves]) {
      expect(round.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      for (const result of round) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CHANNEL_CHANGED' });
      }
    }
  });

  test('a version cannot be retired while a channel is moved to it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const imageId = await newImage();
      await add(imageId, 'one');
      await publish(imageId, 1);
      const [moved, retired] = await Promise.allSettled([move(imageId, 1, 0), retire(imageId, 1)]);
      expect([moved.status, retired.status].filter((status) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  test('lists come in pages', async () => {
    const imageId = await newImage();
    for (const content of ['a', 'b', 'c']) await add(imageId, content);
    const first = await listVersions(database.queries, imageId, { limit: 2 });
    expect(first.items.map((version) => version.number)).toEqual([3, 2]);
    const second = await listVersions(database.queries, imageId, { limit: 2, cursor: first.next });
    expect([second.items.map((version) => version.number), second.next]).toEqual([[1], undefined]);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listImages(database.queries, { limit: 2, cursor }, 'all');
      names.push(...page.items.map((image) => image.name));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(new Set(names).size).toBe(nameCount);
    expect(names).toHaveLength(nameCount);
  });

  test('names are taken once, and an image that a workspace is made of stays', async () => {
    const imageId = await newImage();
    const { name } = await getImage(database.queries, imageId);
    const again = { id: createId<'image'>(nowMs, randomBytes(10)), name, description: '', createdAt: nowMs };
    await expect(
      database.transaction((transaction) => insertImage(transaction, again)),
    ).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    });
    await add(imageId, 'one');
    const workspace = {
      id: createId<'workspace'>(nowMs, randomBytes(10)),
      name: `Office ${kind}`,
      nameKey: `office ${kind}`,
      description: '',
      imageId,
      channel: 'production',
      policyJson: '{}',
      revision: 1,
      updatedAt: nowMs,
      updatedBy: 'ada',
    };
    await database.queries.insertInto('workspaces').values(workspace).execute();
    const remove = (): Promise<unknown> =>
      database.transaction((transaction) => removeImage(transaction, imageId));
    await expect(remove()).rejects.toMatchObject({ code: 'IN_USE' });
    await database.queries.deleteFrom('workspaces').where('id', '=', workspace.id).execute();
    await remove();
    await expect(getImage(database.queries, imageId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(remove()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
