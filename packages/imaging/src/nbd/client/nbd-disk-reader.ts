import type { DiskReader } from '../../disk/disk-reader.ts';

/** A disk on an NBD server. Disposing of it says goodbye to the server. */
export interface NbdDiskReader extends DiskReader {
  /** Whether the server tells which blocks are zero; without it all is `data`. */
  readonly hasBlockStatus: boolean;
  readonly isReadOnly: boolean;
}
