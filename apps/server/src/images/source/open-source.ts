import { fail } from '@carrel/contract';
import { openRepository, parseReference, type RepositoryReader, tagOrDigestOf } from '@carrel/imaging';
import type { RepositoryStorage } from '../../repository/index.ts';
import { createBuiltInReader } from './built-in-reader.ts';
import { isServerReference, parseServerReference } from './server-reference.ts';
import { createSourceRules } from './source-rules.ts';

/** Where a version is read from. Whoever opened it disposes of it. */
export interface ImageSource extends AsyncDisposable {
  readonly reader: RepositoryReader;
  readonly tagOrDigest: string;
}

/**
 * Opens what the reference of a version names: the built-in repository, a registry or a web server. A local layout
 * would be a path on the server's own disk, which nobody outside may name.
 *
 * @param allowedRegistries the setting `images.allowedRegistries`
 * @throws {REFERENCE_INVALID}
 */
export function openImageSource(
  reference: string,
  storage: RepositoryStorage,
  allowedRegistries: readonly string[] | null,
): ImageSource {
  if (isServerReference(reference)) {
    const { name, tag } = parseServerReference(reference);
    return sourceOf(createBuiltInReader(storage, name), tag);
  }
  const parsed = parseReference(reference);
  if (parsed.kind === 'layout') {
    throw fail('REFERENCE_INVALID', {
      reference,
      reason: 'the server does not read its own folders; push it to a registry, or put it on a web server',
    });
  }
  const rules = createSourceRules(new URL(parsed.origin), allowedRegistries);
  return sourceOf(openRepository(parsed, { rules }), tagOrDigestOf(parsed));
}

function sourceOf(reader: RepositoryReader, tagOrDigest: string): ImageSource {
  return { reader, tagOrDigest, [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]() };
}
