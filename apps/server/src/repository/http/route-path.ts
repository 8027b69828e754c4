import { ociFail } from '../errors.ts';
import {
  type Digest,
  isDigest,
  isRepositoryName,
  parseReference,
  type Reference,
  type RepositoryName,
} from '../names.ts';

/** What a path below `/v2` stands for. */
export type Target =
  | { readonly kind: 'base' }
  | { readonly kind: 'blob'; readonly name: RepositoryName; readonly digest: Digest }
  | { readonly kind: 'manifest'; readonly name: RepositoryName; readonly reference: Reference }
  | { readonly kind: 'tags'; readonly name: RepositoryName }
  | { readonly kind: 'referrers'; readonly name: RepositoryName; readonly subject: Digest }
  | { readonly kind: 'uploads'; readonly name: RepositoryName }
  | { readonly kind: 'upload'; readonly name: RepositoryName; readonly id: string };

const pattern =
  /^\/v2\/(?<name>.+)\/(?:(?<uploads>blobs\/uploads\/?)|blobs\/uploads\/(?<upload>[^/]+)|blobs\/(?<blob>[^/]+)|manifests\/(?<manifest>[^/]+)|(?<tags>tags\/list)|referrers\/(?<referrers>[^/]+))$/;

/**
 * Reads the path of a request (without query).
 *
 * @throws {UNSUPPORTED} for a path that is none of OCI Distribution's
 * @throws {NAME_INVALID}, {DIGEST_INVALID}, {TAG_INVALID}
 */
export function parsePath(path: string): Target {
  if (path === '/v2' || path === '/v2/') return { kind: 'base' };
  const groups = pattern.exec(path)?.groups;
  if (!groups) throw ociFail('NAME_INVALID', {});
  const name = decode(groups.name ?? '');
  if (!isRepositoryName(name)) throw ociFail('NAME_INVALID', {});
  if (groups.uploads !== undefined) return { kind: 'uploads', name };
  if (groups.upload !== undefined) return { kind: 'upload', name, id: groups.upload };
  if (groups.tags !== undefined) return { kind: 'tags', name };
  if (groups.blob !== undefined) return { kind: 'blob', name, digest: digestOf(groups.blob) };
  if (groups.referrers !== undefined) return { kind: 'referrers', name, subject: digestOf(groups.referrers) };
  const reference = parseReference(decode(groups.manifest ?? ''));
  if (!reference) throw ociFail('TAG_INVALID', {});
  return { kind: 'manifest', name, reference };
}

function digestOf(text: string): Digest {
  const digest = decode(text);
  if (!isDigest(digest)) throw ociFail('DIGEST_INVALID', { digest: digest.slice(0, 100) });
  return digest;
}

/** Undoes percent-encoding once; what cannot be decoded is no name, digest or tag and fails to parse as such. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
