import type { DiskExtent } from './disk-reader.ts';

/** The same extents with neighbours of one kind joined. They must come ascending and without gaps. */
export async function* joinExtents(
  extents: AsyncIterable<DiskExtent> | Iterable<DiskExtent>,
): AsyncIterable<DiskExtent> {
  let open: DiskExtent | undefined;
  for await (const extent of extents) {
    if (open?.kind === extent.kind) {
      open = { ...open, lengthBytes: open.lengthBytes + extent.lengthBytes };
    } else {
      if (open) yield open;
      open = extent;
    }
  }
  if (open) yield open;
}
