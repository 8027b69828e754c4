/** A run of a disk that is either known to be zero or may hold data. */
export interface DiskExtent {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly kind: 'data' | 'zero';
}

/**
 * Read access to the bytes of a disk, wherever they come from: a file, an NBD server, a packed image.
 *
 * An implementation MUST give exactly the bytes of the disk or reject; MUST allow concurrent reads; and MUST
 * report as `zero` only what reads as zero. It MAY report zero runs as `data`.
 */
export interface DiskReader extends AsyncDisposable {
  /** Virtual size. Not necessarily a multiple of the block size. */
  readonly sizeBytes: number;
  /** Reads `lengthBytes` from `offsetBytes`; the range lies inside the disk. The buffer belongs to the caller. */
  read(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The extents of a range, ascending, without gaps or overlap. */
  extents(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): AsyncIterable<DiskExtent>;
}
