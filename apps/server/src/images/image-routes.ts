import { type Image, routes } from '@carrel/contract';
import { createId, type ImageId } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import type { Router } from '../http/index.ts';
import { isDigest } from '../repository/index.ts';
import { readRepositoryKey } from '../repository-keys/index.ts';
import { moveChannel } from './channels.ts';
import type { ImageServices } from './image-services.ts';
import { getImage, insertImage, listImages, removeImage } from './images.ts';
import { registerVersion } from './register-version.ts';
import { isServerReference, parseServerReference } from './source/server-reference.ts';
import { listVersions, publishVersion, retireVersion } from './versions.ts';

/** Serves images, versions, channels and repository keys. */
export function registerImageRoutes(router: Router, services: ImageServices): void {
  registerImages(router, services);
  registerVersions(router, services);
  registerChannels(router, services);
  const { database, instance } = services;
  router.handle(routes.getRepositoryKey, async ({ params, change }) => {
    const { keyId } = params;
    const key = await readRepositoryKey(database.queries, instance.masterKey, keyId);
    // A read that is audited as a change: whoever has the key can read every image packed with it.
    await change(() => Promise.resolve());
    return { keyId, key };
  });
}

function registerImages(router: Router, services: ImageServices): void {
  const { database, clock, randomBytes } = services;
  router.handle(routes.listImages, ({ query, scope }) => listImages(database.queries, query, scope));
  router.handle(routes.getImage, ({ params }) => getImage(database.queries, params.imageId));
  router.handle(routes.createImage, async ({ body, change }) => {
    const nowMs = clock.nowMs();
    const id = createId<'image'>(nowMs, randomBytes(10));
    const row = { id, name: body.name, description: body.description, createdAt: nowMs };
    const image = await change(
      (transaction) => insertImage(transaction, row),
      ({ name }: Image) => ({ target: name, details: { id } }),
    );
    announce(services, id);
    return image;
  });
  router.handle(routes.deleteImage, async ({ params, change }) => {
    const { imageId } = params;
    const { versions } = await change(
      (transaction) => removeImage(transaction, imageId),
      (removed) => ({ target: removed.name, details: { id: imageId, versions: removed.versions.length } }),
    );
    announce(services, imageId);
    for (const version of versions) await removeManifest(services, version);
    return undefined;
  });
}

function registerVersions(router: Router, services: ImageServices): void {
  const { database, clock } = services;
  router.handle(routes.listVersions, async ({ params, query }) => {
    await getImage(database.queries, params.imageId);
    return listVersions(database.queries, params.imageId, query);
  });
  router.handle(routes.createVersion, async (exchange) => {
    const version = await registerVersion(services, exchange);
    announce(services, version.imageId);
    return version;
  });
  router.handle(routes.publishVersion, async ({ params, change }) => {
    const { imageId, number } = params;
    const version = await change((transaction) =>
      publishVersion(transaction, imageId, number, clock.nowMs()),
    );
    announce(services, imageId);
    return version;
  });
  router.handle(routes.retireVersion, async ({ params, change }) => {
    const { imageId, number } = params;
    const version = await change((transaction) => retireVersion(transaction, imageId, number));
    announce(services, imageId);
    return version;
  });
}

function registerChannels(router: Router, services: ImageServices): void {
  router.handle(routes.moveChannel, async ({ params, body, revision, caller, change }) => {
    const { imageId, channel } = params;
    const { versionNumber } = body;
    const nowMs = services.clock.nowMs();
    const author = caller.user.userName;
    const move = { imageId, channel, versionNumber, basedOnRevision: revision, nowMs, author };
    const moved = await change(
      (transaction) => moveChannel(transaction, move),
      ({ imageName, previousVersion }) => ({
        target: `${imageName}/${channel}`,
        details: { kind: kindOfMove(previousVersion, versionNumber), previousVersion, versionNumber },
      }),
    );
    announce(services, imageId);
    return moved.channel;
  });
}

function kindOfMove(previousVersion: number | null, versionNumber: number): 'new' | 'promotion' | 'rollback' {
  if (previousVersion === null) return 'new';
  return versionNumber < previousVersion ? 'rollback' : 'promotion';
}

function announce({ notices }: ImageServices, id: ImageId): void {
  notices.publish({ topic: 'image', id });
}

/**
 * Takes a version that is gone from the built-in repository, unless another image has it too. Garbage collection
 * frees its space. A server that dies in between leaves a manifest that can be deleted by its tag.
 */
async function removeManifest(services: ImageServices, version: Row<'imageVersions'>): Promise<void> {
  const { reference, manifestDigest } = version;
  if (!isServerReference(reference) || !isDigest(manifestDigest)) return;
  const other = await services.database.queries
    .selectFrom('imageVersions')
    .select('number')
    .where('manifestDigest', '=', manifestDigest)
    .executeTakeFirst();
  if (other) return;
  try {
    await services.repository.manifests.remove(parseServerReference(reference).name, manifestDigest);
  } catch (error) {
    services.log.error({ err: error, reference }, 'the manifest of a deleted image stays in the repository');
  }
}
