import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { frameBlocks, idBytes } from './constants.ts';
import { expectFormat } from './format-error.ts';
import { maxStoredFrameBytes } from './frame-codec.ts';

/** The frames of one pack, in order. All columns have one entry a frame, `ids` sixteen bytes. */
export interface FrameTable {
  readonly blockCounts: Uint8Array;
  readonly storedBytes: Uint32Array;
  readonly ids: Uint8Array;
}

/** Serializes the frame table of a pack. */
export function encodeFrameTable(table: FrameTable): Uint8Array {
  const writer = new ByteWriter();
  writer.unsigned(table.blockCounts.length);
  writer.bytes(table.blockCounts);
  for (const bytes of table.storedBytes) writer.unsigned(bytes);
  writer.bytes(table.ids);
  return writer.finish();
}

/**
 * Reads the frame table of a pack and checks it against what the root says of the pack.
 *
 * @throws {FormatError}
 */
export function decodeFrameTable(
  bytes: Uint8Array,
  pack: { readonly sizeBytes: number; readonly blocks: number },
): FrameTable {
  const reader = new ByteReader(bytes);
  const count = reader.unsigned();
  expectFormat(count <= reader.remainingBytes, 'it ends too early');
  const blockCounts = reader.bytes(count).slice();
  const storedBytes = new Uint32Array(count);
  let [packBytes, packBlocks] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const [stored, blocks] = [reader.unsigned(), blockCounts[index] ?? 0];
    expectFormat(stored <= maxStoredFrameBytes, 'a frame is too long');
    expectFormat(blocks >= 1 && blocks <= frameBlocks, 'a frame has a wrong number of blocks');
    storedBytes[index] = stored;
    packBytes += stored;
    packBlocks += blocks;
  }
  const ids = reader.bytes(count * idBytes).slice();
  reader.end();
  expectFormat(packBytes === pack.sizeBytes, 'its frames do not fill the pack');
  expectFormat(packBlocks === pack.blocks, 'its frames have another number of blocks');
  return { blockCounts, storedBytes, ids };
}
