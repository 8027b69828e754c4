import type { DiskReader } from '../../disk/disk-reader.ts';

/** A part of a disk with offsets of its own: a partition, or the whole. */
export interface DiskRegion {
  readonly startBytes: number;
  readonly sizeBytes: number;
  /** Reads from an offset inside the region; shorter than asked at its end. */
  read(offsetBytes: number, lengthBytes: number): Promise<Buffer>;
}

/** The region of a disk from `startBytes`; cut off where the disk ends. */
export function diskRegion(
  disk: DiskReader,
  startBytes = 0,
  sizeBytes = disk.sizeBytes - startBytes,
  signal?: AbortSignal,
): DiskRegion {
  const endBytes = Math.min(disk.sizeBytes, startBytes + sizeBytes);
  return {
    startBytes,
    sizeBytes: Math.max(0, endBytes - startBytes),
    read: async (offsetBytes, lengthBytes) => {
      const from = startBytes + offsetBytes;
      const availableBytes = Math.min(lengthBytes, endBytes - from);
      if (offsetBytes < 0 || availableBytes <= 0) return Buffer.alloc(0);
      const bytes = await disk.read(from, availableBytes, signal);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}
