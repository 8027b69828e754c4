import { createHash, randomBytes } from 'node:crypto';
import { routes, type Workspace } from '@carrel/contract';
import { createId, type ImageId } from '@carrel/kit';
import type { TestServer } from './test-server.ts';

export interface TestImage {
  readonly imageId: ImageId;
  /** base64url */
  readonly repositoryKey: string;
}

/** Stores an image with one published version that `production` points at, as registering a pack would. */
export async function addTestImage(server: TestServer, name: string): Promise<TestImage> {
  const { database, instance } = server.services;
  const nowMs = server.clock.nowMs();
  const imageId = createId<'image'>(nowMs, randomBytes(10));
  const key = randomBytes(32);
  const keyId = createHash('sha256').update('carrel key id').update(key).digest('hex').slice(0, 16);
  const author = { createdAt: nowMs, createdBy: 'admin' };
  await database.transaction(async (transaction) => {
    await transaction
      .insertInto('images')
      .values({ id: imageId, name, description: '', createdAt: nowMs })
      .execute();
    const wrappedKey = instance.masterKey.wrap('repository-key', key);
    await transaction.insertInto('repositoryKeys').values({ keyId, wrappedKey, createdAt: nowMs }).execute();
    await transaction
      .insertInto('imageVersions')
      .values({
        imageId,
        number: 1,
        state: 'published',
        reference: `server:${name}:v1`,
        manifestDigest: `sha256:${createHash('sha256').update(name).digest('hex')}`,
        keyId,
        virtualSizeBytes: 1_073_741_824,
        dataBytes: 1_000_000,
        storedBytes: 400_000,
        machineJson: '{"firmware":"bios","hasGuestAgent":true}',
        notes: '',
        ...author,
        publishedAt: nowMs,
      })
      .execute();
    await transaction
      .insertInto('channels')
      .values({
        imageId,
        name: 'production',
        versionNumber: 1,
        revision: 1,
        updatedAt: nowMs,
        updatedBy: 'admin',
      })
      .execute();
  });
  return { imageId, repositoryKey: key.toString('base64url') };
}

/** A workspace on the production channel of a new image. */
export async function addTestWorkspace(
  server: TestServer,
  name: string,
): Promise<{ workspace: Workspace; image: TestImage }> {
  const image = await addTestImage(server, name);
  const body = { name, imageId: image.imageId };
  return { workspace: await server.administrator.call(routes.createWorkspace, { body }), image };
}
