import { fail, type ImageVersion } from '@carrel/contract';
import { parseRepositoryKey, singleKey, verifyImage } from '@carrel/imaging';
import { type ImageServices, openImageSource } from '../images/index.ts';
import { readRepositoryKey } from '../repository-keys/index.ts';
import { readSettings } from '../settings/index.ts';
import type { TaskWork } from './task-runner.ts';

/** Reads every byte of a version where it lies and compares it with its manifest. */
export function verifyVersion(services: ImageServices, version: ImageVersion): TaskWork {
  return async ({ signal, onProgress }) => {
    const { database, instance, repository } = services;
    const key = parseRepositoryKey(
      await readRepositoryKey(database.queries, instance.masterKey, version.keyId),
    );
    if (!key) throw fail('IMAGE_KEY_MISSING', { keyId: version.keyId });
    const settings = await readSettings(database.queries, ['images.allowedRegistries']);
    const allowed = settings['images.allowedRegistries'];
    await using source = openImageSource(version.reference, repository, allowed);
    await verifyImage({
      repository: source.reader,
      tagOrDigest: version.manifestDigest,
      keys: singleKey(key),
      signal,
      onProgress,
    });
  };
}
