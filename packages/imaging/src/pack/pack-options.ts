import type { MachineDescription } from '@carrel/contract/delivery';
import type { LongOperationOptions } from '@carrel/kit';
import type { BootRun } from '../boot-order/boot-run.ts';
import type { DiskReader } from '../disk/disk-reader.ts';
import type { Provenance } from '../format/manifest.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { Repository } from '../repository/repository.ts';

export interface PackOptions extends LongOperationOptions {
  /** The disk. Its unused blocks are kept; wrap it with `withoutUnusedBlocks` to leave them out. */
  readonly source: DiskReader;
  readonly repository: Repository;
  /** Points at the new version when all of it is there. */
  readonly tag: string;
  readonly keys: KeySource;
  readonly machine: MachineDescription;
  /** Where the disk came from; part of the manifest, so of its digest. */
  readonly provenance?: Provenance;
  /** Worker threads, default one a core. */
  readonly threads?: number;
  /** Digests of packs the new version must do without; what they hold is stored again. */
  readonly withoutPacks?: ReadonlySet<string>;
  /** The order a boot reads the disk in. Default: taken over from an older version. */
  readonly bootOrder?: readonly BootRun[];
}

/** What packing did. */
export interface PackReceipt {
  /** Digest of the manifest. */
  readonly digest: string;
  readonly keyId: string;
  /** Virtual size of the disk. */
  readonly imageBytes: number;
  /** Bytes of its blocks that are not zero. */
  readonly dataBytes: number;
  /** Bytes newly stored in the repository. */
  readonly storedBytes: number;
  readonly newFrames: number;
  /** Bytes of blocks that the image repeats or the repository already held. */
  readonly reusedBytes: number;
  /** Digest of the older version whose boot order was taken over; `null` when there is none to take. */
  readonly bootOrderFrom: string | null;
  readonly seconds: number;
}
