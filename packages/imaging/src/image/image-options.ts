import type { KeySource } from '../keys/key-source.ts';
import type { RepositoryReader } from '../repository/repository.ts';

/** Which image, and what opens it. */
export interface ImageLocation {
  readonly repository: RepositoryReader;
  /** A tag, or the digest that a lease or a version names; only a digest ties the bytes to what was published. */
  readonly tagOrDigest: string;
  readonly keys: KeySource;
}
