import type { DiskReader } from '../disk/disk-reader.ts';
import { blockBytes } from '../format/constants.ts';
import type { BootRun } from './boot-run.ts';
import { RunBuilder } from './run-builder.ts';

/** A disk whose reads are noted. */
export interface RecordedDisk {
  /** Reads through to the disk given. Disposing of it disposes of that one. */
  readonly disk: DiskReader;
  /** How many blocks were noted so far. */
  readonly blocks: number;
  /** The blocks read so far, each once, in the order they were asked for first. */
  runs(): BootRun[];
}

/** Notes which blocks are read of a disk, and in which order. Reads that begin less than a frame apart are joined. */
export function recordReads(disk: DiskReader): RecordedDisk {
  const builder = new RunBuilder(Math.ceil(disk.sizeBytes / blockBytes));
  return {
    disk: {
      sizeBytes: disk.sizeBytes,
      read: (offsetBytes, lengthBytes, signal) => {
        const first = Math.floor(offsetBytes / blockBytes);
        const end = Math.ceil((offsetBytes + lengthBytes) / blockBytes);
        builder.add(first, end - first);
        return disk.read(offsetBytes, lengthBytes, signal);
      },
      extents: (offsetBytes, lengthBytes, signal) => disk.extents(offsetBytes, lengthBytes, signal),
      [Symbol.asyncDispose]: () => disk[Symbol.asyncDispose](),
    },
    get blocks() {
      return builder.blocks;
    },
    runs: () => builder.runs(),
  };
}
