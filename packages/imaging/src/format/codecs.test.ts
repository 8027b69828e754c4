import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleBytes } from '../testing/memory-disk.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { blockBytes } from './constants.ts';
import { FormatError } from './format-error.ts';
import { decodeFrame, encodeFrame } from './frame-codec.ts';
import { FrameCompressor } from './frame-compressor.ts';
import { decodeFrameTable, encodeFrameTable } from './frame-table.ts';
import { deriveImageKeys } from './key-schedule.ts';
import { decodeMapSegment, encodeMapSegment, type MapRun } from './map-segment.ts';
import { decodeRootIndex, encodeRootIndex } from './root-index.ts';
import { decodeSection, encodeSection } from './section-codec.ts';

const keys = deriveImageKeys(new Uint8Array(32).fill(7));

describe('numbers', () => {
  it('survive, signed and unsigned', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.maxSafeNat(), fc.integer())), (pairs) => {
        const writer = new ByteWriter();
        for (const [unsigned, signed] of pairs) {
          writer.unsigned(unsigned);
          writer.signed(signed);
        }
        const reader = new ByteReader(writer.finish());
        for (const [unsigned, signed] of pairs) {
          expect(reader.unsigned()).toBe(unsigned);
          expect(reader.signed()).toBe(signed);
        }
        reader.end();
      }),
    );
  });
});

const runsArbitrary = fc
  .array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 60 }), fc.nat(2), fc.nat(100_000)), {
    maxLength: 200,
  })
  .map((parts) => {
    let end = 0;
    return parts.map(([gap, blocks, pack, packBlock]): MapRun => {
      const block = end + gap;
      end = block + blocks;
      return { block, blocks, pack, packBlock };
    });
  });

describe('a map segment', () => {
  it('survives', () => {
    fc.assert(
      fc.property(runsArbitrary, (runs) => {
        const packs = [1, 2, 3].map((value) => new Uint8Array(32).fill(value));
        const decoded = decodeMapSegment(encodeMapSegment({ packs, runs }));
        expect(decoded.runs).toEqual(runs);
        expect(decoded.packs.map((digest) => [...digest])).toEqual(packs.map((digest) => [...digest]));
      }),
    );
  });

  it('is refused, whatever bytes come, with a FormatError or not at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeMapSegment(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a frame table', () => {
  it('survives, and has to agree with its pack', () => {
    const table = {
      blockCounts: Uint8Array.of(16, 3),
      storedBytes: Uint32Array.of(30_000, 500),
      ids: sampleBytes(32, 1),
    };
    const pack = { sizeBytes: 30_500, blocks: 19 };
    const bytes = encodeFrameTable(table);
    expect(decodeFrameTable(bytes, pack)).toEqual(table);
    expect(() => decodeFrameTable(bytes, { ...pack, sizeBytes: 1 })).toThrow(FormatError);
    expect(() => decodeFrameTable(bytes, { ...pack, blocks: 18 })).toThrow(FormatError);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeFrameTable(bytes.subarray(0, length), pack)).toThrow(FormatError);
    }
  });
});

describe('a frame', () => {
  it('survives, equal blocks giving equal bytes whatever was compressed before', async () => {
    const blocks = sampleBytes(5 * blockBytes, 3);
    const used = new FrameCompressor();
    await encodeFrame(keys, used, sampleBytes(16 * blockBytes, 9));
    const first = await encodeFrame(keys, used, blocks);
    const second = await encodeFrame(keys, new FrameCompressor(), blocks);
    expect(Buffer.from(first.stored).equals(second.stored)).toBe(true);
    expect(Buffer.from(decodeFrame(keys, first.id, 5, first.stored)).equals(blocks)).toBe(true);
  });

  it('is refused with any bit changed, under another id, and as another number of blocks', async () => {
    const frame = await encodeFrame(keys, new FrameCompressor(), sampleBytes(blockBytes, 4));
    for (let at = 0; at < frame.stored.length; at += 97) {
      const changed = frame.stored.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => decodeFrame(keys, frame.id, 1, changed)).toThrow(FormatError);
    }
    const other = await encodeFrame(keys, new FrameCompressor(), sampleBytes(blockBytes, 5));
    expect(() => decodeFrame(keys, other.id, 1, frame.stored)).toThrow(FormatError);
    expect(() => decodeFrame(keys, frame.id, 2, frame.stored)).toThrow(FormatError);
  });

  it('is refused when only the end of its id differs, which the cipher does not see', async () => {
    const frame = await encodeFrame(keys, new FrameCompressor(), sampleBytes(blockBytes, 4));
    const id = Uint8Array.from(frame.id);
    id[15] = (id[15] ?? 0) ^ 1;
    expect(() => decodeFrame(keys, id, 1, frame.stored)).toThrow(/identity/);
  });
});

describe('a section', () => {
  it('survives, and does not open as another kind', () => {
    const raw = sampleBytes(10_000, 6);
    const { id, stored } = encodeSection(keys, 'segment', raw);
    const entry = { id, rawBytes: raw.length };
    expect(Buffer.from(decodeSection(keys, 'segment', entry, stored)).equals(raw)).toBe(true);
    expect(() => decodeSection(keys, 'idTable', entry, stored)).toThrow(FormatError);
    expect(() => decodeSection(keys, 'segment', { id, rawBytes: 9_999 }, stored)).toThrow(FormatError);
  });
});

describe('the root index', () => {
  it('is refused, whatever bytes come, with a FormatError', () => {
    const root = encodeRootIndex(keys, {
      formatVersion: 1,
      virtualSizeBytes: 0,
      dataBytes: 0,
      blockBytes: 4096,
      frameBlocks: 16,
      segmentBlocks: 65_536,
      blockIdentity: 'sha256-keyed-128',
      compression: 'zstd',
      indexBlobs: [],
      packs: [],
      segments: [],
      bootOrder: [],
    });
    expect(decodeRootIndex(keys, root).packs).toEqual([]);
    for (let at = 0; at < root.length; at += 1) {
      const changed = root.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(() => decodeRootIndex(keys, changed)).toThrow(FormatError);
      expect(() => decodeRootIndex(keys, root.subarray(0, at))).toThrow(FormatError);
    }
  });
});
