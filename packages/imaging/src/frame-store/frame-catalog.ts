import { decoding } from '../format/damaged.ts';
import { FormatError } from '../format/format-error.ts';
import { decodeFrame } from '../format/frame-codec.ts';
import { decodeFrameTable, type FrameTable } from '../format/frame-table.ts';
import type { ImageKeys } from '../format/key-schedule.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { ImageLocation } from '../image/image-options.ts';
import { openVersion } from '../index/open-version.ts';
import { readSections, type WantedSection } from '../index/read-sections.ts';
import type { BlobRange, ReadOptions } from '../repository/repository.ts';

/** A frame of a pack of the image. */
export interface CatalogFrame extends BlobRange {
  /** Position in its pack. */
  readonly number: number;
}

interface Pack {
  readonly table: FrameTable;
  /** Where each frame begins, and the size of the pack at the end. */
  readonly offsets: Uint32Array;
}

/** Which frames the packs of an image hold, and whether bytes are them. */
export class FrameCatalog {
  readonly keyId: string;
  readonly #keys: ImageKeys;
  readonly #packs: ReadonlyMap<string, Pack>;

  private constructor(keyId: string, keys: ImageKeys, packs: ReadonlyMap<string, Pack>) {
    this.keyId = keyId;
    this.#keys = keys;
    this.#packs = packs;
  }

  /**
   * Reads the frame tables of an image.
   *
   * @throws what `openImage` throws
   */
  static async load(location: ImageLocation, options: ReadOptions): Promise<FrameCatalog> {
    const version = await openVersion(location, options);
    const tables = version.root.packs.map(
      (pack, at): WantedSection => ({ kind: 'frameTable', at, reference: pack.frameTable }),
    );
    const packs = new Map<string, Pack>();
    for await (const { at, raw } of readSections(version, tables, options)) {
      const pack = version.root.packs[at];
      if (pack === undefined) continue;
      const what = `Frame table of pack ${pack.digest}`;
      const table = decoding(what, location.repository.location, () => decodeFrameTable(raw, pack));
      packs.set(pack.digest, { table, offsets: offsetsOf(table) });
    }
    return new FrameCatalog(version.key.keyId, version.keys, packs);
  }

  has(packDigest: string): boolean {
    return this.#packs.has(packDigest);
  }

  /** The frames that a range of a pack consists of; `undefined` when it is no row of whole frames of this image. */
  framesOf(packDigest: string, range: BlobRange): readonly CatalogFrame[] | undefined {
    const offsets = this.#packs.get(packDigest)?.offsets;
    if (offsets === undefined) return undefined;
    const first = positionOf(offsets, range.offsetBytes);
    const end = positionOf(offsets, range.offsetBytes + range.lengthBytes);
    if (first === undefined || end === undefined || end <= first) return undefined;
    return Array.from({ length: end - first }, (_, at) => {
      const offsetBytes = offsets[first + at] ?? 0;
      const lengthBytes = (offsets[first + at + 1] ?? 0) - offsetBytes;
      return { number: first + at, offsetBytes, lengthBytes };
    });
  }

  /** Why bytes are not the frame; `undefined` when they are. */
  whyNot(packDigest: string, { number }: CatalogFrame, stored: Uint8Array): string | undefined {
    const table = this.#packs.get(packDigest)?.table;
    if (table === undefined) return 'the pack is none of the image';
    try {
      const id = table.ids.subarray(number * 16, (number + 1) * 16);
      releaseBuffer(decodeFrame(this.#keys, id, table.blockCounts[number] ?? 0, stored));
      return undefined;
    } catch (error) {
      if (error instanceof FormatError) return error.message;
      throw error;
    }
  }
}

function offsetsOf({ storedBytes }: FrameTable): Uint32Array {
  const offsets = new Uint32Array(storedBytes.length + 1);
  for (const [at, length] of storedBytes.entries()) offsets[at + 1] = (offsets[at] ?? 0) + length;
  return offsets;
}

/** Position of a value in an ascending row. */
function positionOf(ascending: Uint32Array, value: number): number | undefined {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === value ? low : undefined;
}
