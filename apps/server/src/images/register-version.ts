import { fail, type ImageVersion, type routes } from '@carrel/contract';
import { parseRepositoryKey } from '@carrel/imaging';
import type { Exchange } from '../http/index.ts';
import { keepRepositoryKey } from '../repository-keys/index.ts';
import { readSettings } from '../settings/index.ts';
import type { ImageServices } from './image-services.ts';
import { getImage } from './images.ts';
import { checkSource } from './source/check-source.ts';
import { addVersion, findVersionOfManifest } from './versions.ts';

const timeoutMs = 120_000;

/**
 * Registers a packed image as the next version, after a look at it where it lies. The same manifest again gives the
 * same version, so that a caller who did not hear the answer may ask once more.
 *
 * @throws {NOT_FOUND} no such image, and what `checkSource` throws
 */
export async function registerVersion(
  services: ImageServices,
  { params, body, caller, change }: Exchange<typeof routes.createVersion>,
): Promise<ImageVersion> {
  const { database, instance, clock } = services;
  const { imageId } = params;
  const { reference, manifestDigest, notes } = body;
  const keyId = parseRepositoryKey(body.repositoryKey)?.keyId;
  if (keyId === undefined) {
    throw fail('REQUEST_INVALID', { reason: 'repositoryKey: expected 32 bytes in base64url' });
  }
  await getImage(database.queries, imageId);
  const existing = await findVersionOfManifest(database.queries, imageId, manifestDigest);
  if (existing) return existing;
  const expected = { reference, manifestDigest, keyId };
  const settings = await readSettings(database.queries, ['images.allowedRegistries']);
  const place = { storage: services.repository, allowedRegistries: settings['images.allowedRegistries'] };
  const summary = await checkSource(expected, place, AbortSignal.timeout(timeoutMs));
  const nowMs = clock.nowMs();
  const added = await change(
    async (transaction) => {
      await keepRepositoryKey(transaction, instance.masterKey, { keyId, key: body.repositoryKey }, nowMs);
      return addVersion(transaction, {
        imageId,
        reference,
        manifestDigest,
        keyId,
        virtualSizeBytes: summary.virtualSizeBytes,
        dataBytes: summary.dataBytes,
        storedBytes: summary.storedBytes,
        machineJson: JSON.stringify(summary.machine),
        notes,
        createdAt: nowMs,
        createdBy: caller.user.userName,
      });
    },
    ({ version, isNew }) => ({
      target: `${imageId}/${version.number}`,
      details: { reference, manifestDigest, keyId, isNew },
    }),
  );
  return added.version;
}
