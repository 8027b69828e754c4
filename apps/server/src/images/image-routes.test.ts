import { readFile } from 'node:fs/promises';
import { type ApiClient, type Image, type LiveMessage, routes } from '@carrel/contract';
import { createRepositoryKey, formatRepositoryKey } from '@carrel/imaging';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mustRun } from '../repository/testing/program.ts';
import { databaseKinds, startTestServer, type TestServer } from '../testing/index.ts';
import { pushTestImage } from './testing/push-test-image.ts';

describe.each(databaseKinds)('images of a server on %s', (kind) => {
  let server: TestServer;
  let admin: ApiClient;
  let heard: LiveMessage[];
  beforeAll(async () => {
    server = await startTestServer(kind);
    admin = server.administrator;
    heard = [];
    server.services.notices.listen((message) => heard.push(message));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const createImage = (name: string): Promise<Image> => admin.call(routes.createImage, { body: { name } });

  test('an image packed into the built-in repository becomes a version, once', async () => {
    const image = await createImage('office');
    const { key, body } = await pushTestImage(server, 'office', 'v1');
    const params = { imageId: image.id };
    const version = await admin.call(routes.createVersion, { params, body });
    expect(version).toMatchObject({
      number: 1,
      state: 'draft',
      virtualSizeBytes: 512_000,
      keyId: key.keyId,
      createdBy: 'admin',
      machine: { firmware: 'bios', minimumMemoryMiB: 256 },
    });
    expect(version.dataBytes).toBeGreaterThanOrEqual(300_000);
    expect(version.storedBytes).toBeGreaterThan(300_000);
    expect(await admin.call(routes.createVersion, { params, body })).toEqual(version);
    expect(heard).toContainEqual({ topic: 'image', id: image.id });
    const kept = await admin.call(routes.getRepositoryKey, { params: { keyId: key.keyId } });
    expect(kept).toEqual({ keyId: key.keyId, key: body.repositoryKey });
  });

  test('neither the database nor the audit log holds the key in the open', async () => {
    const image = await createImage('secret');
    const { body } = await pushTestImage(server, 'secret', 'v1');
    await admin.call(routes.createVersion, { params: { imageId: image.id }, body });
    const rows = await server.services.database.queries.selectFrom('repositoryKeys').selectAll().execute();
    const { items } = await admin.call(routes.listAudit, { query: { limit: 1000 } });
    expect(JSON.stringify([rows, items])).not.toContain(body.repositoryKey);
    expect(items.some((entry) => entry.action === 'createVersion' && entry.outcome === 'done')).toBe(true);
  });

  test('what is not what it is said to be is refused', async () => {
    const image = await createImage('wrong');
    const { body } = await pushTestImage(server, 'wrong', 'v1');
    const other = await pushTestImage(server, 'wrong', 'v2');
    const create = (change: Partial<typeof body>): Promise<unknown> =>
      admin.call(routes.createVersion, { params: { imageId: image.id }, body: { ...body, ...change } });
    const cases = [
      [{ reference: other.body.reference }, 'MANIFEST_DIFFERS'],
      [{ repositoryKey: formatRepositoryKey(createRepositoryKey()) }, 'IMAGE_KEY_WRONG'],
      [{ reference: 'server:wrong:v9' }, 'IMAGE_NOT_IN_REPOSITORY'],
      [{ reference: 'server:../wrong:v1' }, 'REFERENCE_INVALID'],
      [{ reference: 'oci:/etc:wrong:v1' }, 'REFERENCE_INVALID'],
    ] as const;
    for (const [change, code] of cases) await expect(create(change)).rejects.toMatchObject({ code });
    const versions = await admin.call(routes.listVersions, { params: { imageId: image.id } });
    expect(versions.items).toEqual([]);
  });

  test('an image of which a part is missing is refused', async () => {
    const image = await createImage('torn');
    const { body } = await pushTestImage(server, 'torn', 'v1');
    const { paths } = server.services.instance;
    const manifestFile = blobFile(paths.repository, body.manifestDigest);
    const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as { layers: { digest: string }[] };
    await mustRun('rm', [blobFile(paths.repository, manifest.layers.at(-1)?.digest ?? '')]);
    const creation = admin.call(routes.createVersion, { params: { imageId: image.id }, body });
    await expect(creation).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
  });

  test('promotion and rollback need the revision and are audited', async () => {
    const image = await createImage('moving');
    const params = { imageId: image.id };
    const first = await pushTestImage(server, 'moving', 'v1');
    for (const pushed of [first, await pushTestImage(server, 'moving', 'v2', first.key)]) {
      const { number } = await admin.call(routes.createVersion, { params, body: pushed.body });
      await admin.call(routes.publishVersion, { params: { ...params, number } });
    }
    const move = (versionNumber: number, revision: number): Promise<unknown> =>
      admin.call(routes.moveChannel, {
        params: { ...params, channel: 'pilot' },
        body: { versionNumber },
        revision,
      });
    expect(await move(1, 0)).toMatchObject({ name: 'pilot', revision: 1 });
    expect(await move(2, 1)).toMatchObject({ revision: 2 });
    await expect(move(1, 1)).rejects.toMatchObject({ code: 'CHANNEL_CHANGED' });
    expect(await move(1, 2)).toMatchObject({ revision: 3 });
    const { items } = await admin.call(routes.listAudit, {});
    const moves = items.filter((entry) => entry.target === 'moving/pilot').map((entry) => entry.details);
    expect(moves).toMatchObject([{ kind: 'rollback' }, { kind: 'promotion' }, { kind: 'new' }]);
  });

  test('a deleted image takes its manifests along, unless another image has them too', async () => {
    const [one, two] = [await createImage('one'), await createImage('two')];
    const { body } = await pushTestImage(server, 'shared', 'v1');
    for (const { id } of [one, two])
      await admin.call(routes.createVersion, { params: { imageId: id }, body });
    const isThere = async (): Promise<boolean> => {
      const authorization = `Basic ${btoa(`admin:${server.administratorPassword}`)}`;
      const path = `/v2/shared/manifests/${body.manifestDigest}`;
      return (await server.connection.send(path, { headers: { authorization } })).status === 200;
    };
    await admin.call(routes.deleteImage, { params: { imageId: one.id } });
    expect(await isThere()).toBe(true);
    await admin.call(routes.deleteImage, { params: { imageId: two.id } });
    expect(await isThere()).toBe(false);
  });

  test('who may only look changes nothing and gets no key', async () => {
    const { client } = await server.addUser(`reader-${kind}`, ['read-only']);
    const image = await createImage('seen');
    expect(await client.call(routes.getImage, { params: { imageId: image.id } })).toEqual(image);
    const denied = [
      () => client.call(routes.createImage, { body: { name: 'unwanted' } }),
      () => client.call(routes.deleteImage, { params: { imageId: image.id } }),
      () => client.call(routes.getRepositoryKey, { params: { keyId: '0'.repeat(16) } }),
    ];
    for (const attempt of denied)
      await expect(attempt()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

function blobFile(folder: string, digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return `${folder}/blobs/sha256/${hex.slice(0, 2)}/${hex}`;
}
