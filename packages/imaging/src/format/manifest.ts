import type { MachineDescription } from '@carrel/contract';

/** Where an image came from. */
export interface Provenance {
  /** Seconds since 1970; by convention SOURCE_DATE_EPOCH. Left out, the manifest carries no time. */
  readonly createdAtSeconds?: number;
  /** For people: file name or recipe. */
  readonly source?: string;
  /** Program and version that packed it. */
  readonly tool?: string;
}

/** What a manifest and its config tell without the key. */
export interface ImageSummary {
  /** Digest of the manifest. */
  readonly digest: string;
  readonly keyId: string;
  readonly formatVersion: number;
  readonly virtualSizeBytes: number;
  /** Bytes of blocks that are not zero. */
  readonly dataBytes: number;
  /** Bytes of all blobs of this version, shared ones included. */
  readonly storedBytes: number;
  readonly machine: MachineDescription;
  readonly provenance: Provenance;
}
