import type { DiskExtent, DiskReader } from '../disk/disk-reader.ts';
import { joinExtents } from '../disk/join-extents.ts';
import { RunIndex } from './run-index.ts';
import type { UnusedRun } from './unused-runs.ts';

/** A disk as another one with some runs reading as zero. Does not dispose of the other one. */
export function trimmedDisk(disk: DiskReader, unused: readonly UnusedRun[]): DiskReader {
  const index = new RunIndex(unused);
  return {
    sizeBytes: disk.sizeBytes,
    read: (offsetBytes, lengthBytes, signal) => readTrimmed(disk, index, offsetBytes, lengthBytes, signal),
    extents: (offsetBytes, lengthBytes, signal) =>
      joinExtents(trimmedExtents(disk, index, offsetBytes, lengthBytes, signal)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function readTrimmed(
  disk: DiskReader,
  index: RunIndex,
  offsetBytes: number,
  lengthBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const unused = [...index.within(offsetBytes, lengthBytes)];
  if (unused[0]?.lengthBytes === lengthBytes) return new Uint8Array(lengthBytes);
  const bytes = await disk.read(offsetBytes, lengthBytes, signal);
  for (const run of unused) {
    const start = run.offsetBytes - offsetBytes;
    bytes.fill(0, start, start + run.lengthBytes);
  }
  return bytes;
}

async function* trimmedExtents(
  disk: DiskReader,
  index: RunIndex,
  offsetBytes: number,
  lengthBytes: number,
  signal?: AbortSignal,
): AsyncIterable<DiskExtent> {
  for await (const extent of disk.extents(offsetBytes, lengthBytes, signal)) {
    if (extent.kind === 'zero') yield extent;
    else yield* splitExtent(extent, index);
  }
}

function* splitExtent(extent: DiskExtent, index: RunIndex): Iterable<DiskExtent> {
  let at = extent.offsetBytes;
  for (const run of index.within(extent.offsetBytes, extent.lengthBytes)) {
    if (run.offsetBytes > at) yield { offsetBytes: at, lengthBytes: run.offsetBytes - at, kind: 'data' };
    yield { ...run, kind: 'zero' };
    at = run.offsetBytes + run.lengthBytes;
  }
  const end = extent.offsetBytes + extent.lengthBytes;
  if (end > at) yield { offsetBytes: at, lengthBytes: end - at, kind: 'data' };
}
