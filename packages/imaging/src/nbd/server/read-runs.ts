import type { DiskExtent } from '../../disk/disk-reader.ts';

/** Zero runs shorter than this inside a read are sent as data: a chunk of their own would cost more than it saves. */
export const minHoleBytes = 32 * 1024;

/** Joins neighbours of one kind, and takes short zero runs into the data beside them. */
export async function collectRuns(extents: AsyncIterable<DiskExtent>): Promise<DiskExtent[]> {
  const runs: DiskExtent[] = [];
  for await (const extent of extents) {
    const previous = runs.at(-1);
    const isShortHole = extent.kind === 'zero' && extent.lengthBytes < minHoleBytes;
    const kind = isShortHole && previous?.kind === 'data' ? 'data' : extent.kind;
    if (previous && canJoin(previous, kind)) {
      const lengthBytes = previous.lengthBytes + extent.lengthBytes;
      runs[runs.length - 1] = { offsetBytes: previous.offsetBytes, lengthBytes, kind };
    } else runs.push({ ...extent, kind });
  }
  return runs;
}

function canJoin(previous: DiskExtent, kind: DiskExtent['kind']): boolean {
  if (previous.kind === kind) return true;
  return kind === 'data' && previous.kind === 'zero' && previous.lengthBytes < minHoleBytes;
}
