import type { RepositoryReader } from '../repository/repository.ts';

/**
 * What a source is: the image's own repository, another that holds the same packs, a folder or medium brought along,
 * or another computer near by.
 */
export type FrameSourceKind = 'origin' | 'mirror' | 'staged' | 'peer';

/** A place that packs can be read from. Whoever opened the repository disposes of it. */
export interface FrameSource {
  readonly repository: RepositoryReader;
  readonly kind: FrameSourceKind;
}

/** What was taken from a source. Bytes are those of bodies, discarded ones included. */
export interface Transferred {
  readonly bytes: number;
  readonly requests: number;
}

/** What one source gave and how often it failed, for receipts. */
export interface SourceTotals {
  readonly location: string;
  readonly kind: FrameSourceKind;
  readonly bytesDownloaded: number;
  readonly requests: number;
  readonly failures: number;
}
