import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { segmentBlocks } from './constants.ts';
import { expectFormat } from './format-error.ts';

const digestBytes = 32;

/** Consecutive blocks of the disk whose content lies in consecutive blocks of one pack. */
export interface MapRun {
  /** First block, counted from the start of the segment. */
  readonly block: number;
  readonly blocks: number;
  /** Position in {@link MapSegment.packs}. */
  readonly pack: number;
  /** First block within the pack. */
  readonly packBlock: number;
}

/** What one segment of the disk holds. Blocks in no run are zero. */
export interface MapSegment {
  /** sha256 of the packs referred to, raw, in the order of first use. */
  readonly packs: readonly Uint8Array[];
  /** Ascending, without overlap. */
  readonly runs: readonly MapRun[];
}

/** Serializes a segment: columns, so that it compresses well. Depends on nothing but the segment itself. */
export function encodeMapSegment(segment: MapSegment): Uint8Array {
  const writer = new ByteWriter();
  writer.unsigned(segment.packs.length);
  for (const digest of segment.packs) writer.bytes(digest);
  writer.unsigned(segment.runs.length);
  let end = 0;
  for (const run of segment.runs) {
    writer.unsigned(run.block - end);
    end = run.block + run.blocks;
  }
  for (const run of segment.runs) writer.unsigned(run.blocks);
  for (const run of segment.runs) writer.unsigned(run.pack);
  const expected = segment.packs.map(() => 0);
  for (const run of segment.runs) {
    writer.signed(run.packBlock - (expected[run.pack] ?? 0));
    expected[run.pack] = run.packBlock + run.blocks;
  }
  return writer.finish();
}

/**
 * Reads a segment.
 *
 * @throws {FormatError}
 */
export function decodeMapSegment(bytes: Uint8Array): MapSegment {
  const reader = new ByteReader(bytes);
  const packs = readPacks(reader);
  const runCount = reader.unsigned();
  expectFormat(runCount <= segmentBlocks, 'it has more runs than blocks');
  const column = (): number[] => Array.from({ length: runCount }, () => reader.unsigned());
  const gaps = column();
  const lengths = column();
  const packIndexes = column();
  const expected = packs.map(() => 0);
  let end = 0;
  const runs = gaps.map((gap, index): MapRun => {
    const [blocks = 0, pack = 0] = [lengths[index], packIndexes[index]];
    const block = end + gap;
    const packBlock = (expected[pack] ?? Number.NaN) + reader.signed();
    expectFormat(blocks >= 1 && block + blocks <= segmentBlocks, 'a run lies outside of the segment');
    expectFormat(packBlock >= 0, 'a run lies outside of its pack');
    end = block + blocks;
    expected[pack] = packBlock + blocks;
    return { block, blocks, pack, packBlock };
  });
  reader.end();
  return { packs, runs };
}

function readPacks(reader: ByteReader): Uint8Array[] {
  const count = reader.unsigned();
  expectFormat(count <= reader.remainingBytes / digestBytes, 'it ends too early');
  return Array.from({ length: count }, () => reader.bytes(digestBytes));
}
