import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineDescriptionSchema, routes } from '@carrel/contract';
import {
  createRepositoryKey,
  formatRepositoryKey,
  openRawFile,
  openWritableRepository,
  packImage,
  parseReference,
  singleKey,
} from '@carrel/imaging';
import { expect, test } from 'vitest';
import { startReferenceRegistry } from '../repository/testing/docker-registry.ts';
import { startTestServer } from '../testing/index.ts';

test('a version may lie in any registry, and must be there', async () => {
  await using server = await startTestServer('sqlite');
  const registry = await startReferenceRegistry();
  await using undo = new AsyncDisposableStack();
  undo.use(registry);
  const folder = await mkdtemp(join(tmpdir(), 'carrel-source-'));
  undo.defer(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'disk.raw'), Buffer.alloc(1_048_576, 'carrel'));
  const reference = `${registry.origin}/lab/office:v1`;
  const key = createRepositoryKey();
  await using source = await openRawFile(join(folder, 'disk.raw'));
  await using repository = openWritableRepository(parseReference(reference));
  const machine = machineDescriptionSchema.parse({});
  const keys = singleKey(key);
  const { digest } = await packImage({ source, repository, machine, tag: 'v1', keys, threads: 1 });
  const admin = server.administrator;
  const { id: imageId } = await admin.call(routes.createImage, { body: { name: 'office' } });
  const body = { reference, manifestDigest: digest, repositoryKey: formatRepositoryKey(key) };
  const version = await admin.call(routes.createVersion, { params: { imageId }, body });
  expect(version).toMatchObject({ number: 1, reference, virtualSizeBytes: 1_048_576 });
  const missing = {
    ...body,
    reference: `${registry.origin}/lab/nowhere:v1`,
    manifestDigest: `sha256:${'0'.repeat(64)}`,
  };
  await expect(
    admin.call(routes.createVersion, { params: { imageId }, body: missing }),
  ).rejects.toMatchObject({
    code: 'IMAGE_NOT_IN_REPOSITORY',
  });
});
