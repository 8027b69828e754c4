import { fail } from '@carrel/contract';
import { isRepositoryName, isTag, type RepositoryName, type Tag } from '../../repository/index.ts';

/** An image in the built-in repository, written `server:NAME:TAG`. */
export interface ServerReference {
  readonly name: RepositoryName;
  readonly tag: Tag;
}

const prefix = 'server:';

/** Whether the reference names the built-in repository. */
export function isServerReference(reference: string): boolean {
  return reference.startsWith(prefix);
}

/** @throws {REFERENCE_INVALID} */
export function parseServerReference(reference: string): ServerReference {
  const [name = '', tag = '', ...extra] = reference.slice(prefix.length).split(':');
  if (!isServerReference(reference) || extra.length > 0 || !isRepositoryName(name) || !isTag(tag)) {
    throw fail('REFERENCE_INVALID', { reference, reason: 'expected server:NAME:TAG' });
  }
  return { name, tag };
}
