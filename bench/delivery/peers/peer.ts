import type { DiskImage } from '../inputs/inputs.ts';
import type { Usage } from '../measure/usage.ts';

/** What the computer that fetches has already. */
export interface Seeds {
  readonly old?: DiskImage;
  readonly hostFolder?: string;
}

export interface PackRequest {
  readonly image: DiskImage;
  /** Folder of the peer's store. Holds what was packed before. */
  readonly store: string;
  /** Where the web server offers that folder. */
  readonly url: string;
  /** The version before, for what makes differences between two. */
  readonly old?: DiskImage;
}

export interface FetchRequest {
  readonly image: DiskImage;
  readonly url: string;
  readonly store: string;
  /** The raw disk to write. */
  readonly output: string;
  /** A folder of its own for whatever else it writes. */
  readonly workFolder: string;
  readonly seeds: Seeds;
}

/** A tool that stores versions of a disk, or brings them over, or both. */
export interface Peer {
  readonly name: string;
  /** Adds a version to the store; an empty store is made first, unmeasured. */
  pack(request: PackRequest): Promise<Usage>;
  /** Brings a version over from the web server, so that `output` equals the disk that was packed. */
  readonly fetch?: (request: FetchRequest) => Promise<Usage>;
}
