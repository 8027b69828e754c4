import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgersKeys, openSection, packHonestly, sealRoot } from '../testing/forged-image.ts';
import { fuzzRuns } from '../testing/fuzz-runs.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { mutatedJson } from '../testing/mutated-json.ts';
import { mutated } from '../testing/mutations.ts';
import { sampleDisk } from '../testing/packed-image.ts';
import { ByteWriter } from './byte-writer.ts';
import { compress, decompress } from './compression.ts';
import { blockBytes } from './constants.ts';
import { FormatError } from './format-error.ts';
import { decodeFrame, encodeFrame } from './frame-codec.ts';
import { FrameCompressor } from './frame-compressor.ts';
import { decodeFrameTable, encodeFrameTable } from './frame-table.ts';
import { decodeMapSegment, encodeMapSegment } from './map-segment.ts';
import { decodeRootIndex, encodeRootIndex, type PackEntry, type RootIndex } from './root-index.ts';
import { seal, unseal } from './seal.ts';
import { decodeSection, encodeSection, maxSectionRawBytes } from './section-codec.ts';

const honest = await packHonestly(sampleDisk());
const pack = honest.root.packs[0] as PackEntry;

/** What the decoder gives, `undefined` after a {@link FormatError}; nothing else may be thrown. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(/^[^\p{Cc}]{1,500}$/u);
    return undefined;
  }
}

describe('a map segment', () => {
  const [reference] = honest.root.segments;
  const raw = reference ? openSection(honest, 'segment', reference) : new Uint8Array(0);

  it('that was changed is refused, or is one all the same', () => {
    const property = fc.property(mutated(raw), (bytes) => {
      const segment = decoded(() => decodeMapSegment(bytes));
      if (segment === undefined) return;
      const again = decodeMapSegment(encodeMapSegment(segment));
      expect(again.runs).toEqual(segment.runs);
      expect(again.packs.map(String)).toEqual(segment.packs.map((digest) => String(new Uint8Array(digest))));
    });
    fc.assert(property, fuzzRuns(5000));
  });

  it('that claims more runs or packs than there can be is refused before room is made for them', () => {
    for (const claim of [65_537, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
      for (const numbers of [[claim], [0, claim]]) {
        const writer = new ByteWriter();
        for (const number of numbers) writer.unsigned(number);
        expect(() => decodeMapSegment(writer.finish())).toThrow(FormatError);
      }
    }
  });
});

describe('a frame table', () => {
  const frame = fc.record({
    blocks: fc.integer({ min: 1, max: 16 }),
    storedBytes: fc.integer({ min: 17, max: 16 * blockBytes + 16 }),
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  });

  it('survives', () => {
    const property = fc.property(fc.array(frame, { maxLength: 60 }), (frames) => {
      const table = {
        blockCounts: Uint8Array.from(frames, ({ blocks }) => blocks),
        storedBytes: Uint32Array.from(frames, ({ storedBytes }) => storedBytes),
        ids: Uint8Array.from(frames.flatMap(({ id }) => [...id])),
      };
      const sizeBytes = table.storedBytes.reduce((sum, bytes) => sum + bytes, 0);
      const blocks = table.blockCounts.reduce((sum, count) => sum + count, 0);
      expect(decodeFrameTable(encodeFrameTable(table), { sizeBytes, blocks })).toEqual(table);
    });
    fc.assert(property, fuzzRuns(300));
  });

  it('that was changed is refused, or fills its pack all the same', () => {
    const raw = openSection(honest, 'frameTable', pack.frameTable);
    const property = fc.property(mutated(raw), (bytes) => {
      const table = decoded(() => decodeFrameTable(bytes, pack));
      if (table) expect(table.storedBytes.reduce((sum, stored) => sum + stored, 0)).toBe(pack.sizeBytes);
    });
    fc.assert(property, fuzzRuns(5000));
  });

  it('that claims more frames than it has bytes for is refused before room is made for them', () => {
    for (const claim of [2, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
      const writer = new ByteWriter();
      writer.unsigned(claim);
      writer.bytes(Uint8Array.of(16));
      expect(() => decodeFrameTable(writer.finish(), pack)).toThrow(FormatError);
    }
  });
});

describe('the root index', () => {
  it('survives, with any boot order that lies on its disk', () => {
    const blocks = Math.floor(honest.root.virtualSizeBytes / blockBytes);
    const run = fc
      .tuple(fc.nat(blocks - 1), fc.integer({ min: 1, max: blocks }))
      .map(([first, count]): [number, number] => [first, Math.min(count, blocks - first)]);
    const property = fc.property(fc.array(run), (bootOrder) => {
      const root: RootIndex = { ...honest.root, bootOrder };
      expect(decodeRootIndex(forgersKeys, encodeRootIndex(forgersKeys, root))).toEqual(root);
    });
    fc.assert(property, fuzzRuns(100));
  });

  it('is refused when any byte of its blob was changed', () => {
    const property = fc.property(mutated(honest.rootBytes), (bytes) => {
      const root = decoded(() => decodeRootIndex(forgersKeys, bytes));
      if (root) expect(bytes.equals(honest.rootBytes)).toBe(true);
    });
    fc.assert(property, fuzzRuns(2000));
  });

  it('of any content, sealed as it should be, is refused or keeps to its rules', () => {
    const text = mutated(Buffer.from(JSON.stringify(honest.root)));
    const json = mutatedJson(honest.root).map((root) => Buffer.from(JSON.stringify(root)));
    const property = fc.property(fc.oneof(text, json), (raw) => {
      const root = decoded(() => decodeRootIndex(forgersKeys, sealRoot(raw)));
      for (const section of root?.segments ?? []) {
        if (section === null) continue;
        const { blob, offset, stored } = section;
        expect(offset + stored).toBeLessThanOrEqual(root?.indexBlobs[blob]?.sizeBytes ?? -1);
        expect(stored).toBeLessThanOrEqual(maxSectionRawBytes + 16);
      }
    });
    fc.assert(property, fuzzRuns(2000));
  });
});

describe('a seal', () => {
  const context = Buffer.from('context');
  const bytes = fc.uint8Array({ maxLength: 300 });

  it('opens to what was sealed, the same for the same, and under no other context', () => {
    const property = fc.property(bytes, bytes, (payload, other) => {
      const sealed = seal(forgersKeys.frame, context, payload);
      expect(seal(forgersKeys.frame, context, payload)).toEqual(sealed);
      expect(Buffer.from(unseal(forgersKeys.frame, context, sealed.id, sealed.stored)).equals(payload)).toBe(
        true,
      );
      if (context.equals(other)) return;
      expect(decoded(() => unseal(forgersKeys.frame, other, sealed.id, sealed.stored))).toBeUndefined();
      expect(decoded(() => unseal(forgersKeys.section, context, sealed.id, sealed.stored))).toBeUndefined();
    });
    fc.assert(property, fuzzRuns(300));
  });

  it('does not open when anything of it or of its id was changed', () => {
    const { id, stored } = seal(forgersKeys.frame, context, sampleBytes(500, 3));
    const property = fc.property(mutated(stored), mutated(id), (changed, otherId) => {
      const isSame = changed.equals(stored);
      const payload = decoded(() => unseal(forgersKeys.frame, context, id, changed));
      expect(payload !== undefined).toBe(isSame);
      const sixteen = Buffer.concat([otherId, Buffer.alloc(16)]).subarray(0, 16);
      const underOther = decoded(() => unseal(forgersKeys.frame, context, sixteen, stored));
      expect(underOther !== undefined).toBe(sixteen.equals(id));
    });
    fc.assert(property, fuzzRuns(2000));
  });
});

describe('sections and frames', () => {
  it('survive, whatever they hold', async () => {
    const compressor = new FrameCompressor();
    const content = fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 16 }), fc.boolean());
    const property = fc.asyncProperty(content, async ([seed, blocks, isEmpty]) => {
      const raw = isEmpty ? new Uint8Array(blocks * blockBytes) : sampleBytes(blocks * blockBytes, seed);
      const frame = await encodeFrame(forgersKeys, compressor, raw);
      expect(Buffer.from(decodeFrame(forgersKeys, frame.id, blocks, frame.stored)).equals(raw)).toBe(true);
      const part = raw.subarray(0, seed);
      const section = encodeSection(forgersKeys, 'idTable', part);
      const entry = { id: section.id, rawBytes: part.length };
      const again = decodeSection(forgersKeys, 'idTable', entry, section.stored);
      expect(Buffer.from(again).equals(part)).toBe(true);
    });
    await fc.assert(property, fuzzRuns(60));
  });

  it('are refused when they unfold to more or less than was stated, and without the room for it', () => {
    const bomb = compress(new Uint8Array(32 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(10_000);
    for (const stated of [0, 1, blockBytes, 32 * 1024 * 1024 - 1, 32 * 1024 * 1024 + 1]) {
      expect(decoded(() => decompress(bomb, stated))).toBeUndefined();
    }
    const raw = sampleBytes(3000, 1).fill(7, 0, 2000);
    const packed = compress(raw);
    const property = fc.property(mutated(packed), fc.nat(6000), (changed, stated) => {
      expect(decoded(() => decompress(changed, stated))?.length ?? stated).toBe(stated);
    });
    fc.assert(property, fuzzRuns(2000));
  });

  it('that claim to be longer than any section are refused before room is made for them', () => {
    const { id, stored } = encodeSection(forgersKeys, 'idTable', sampleBytes(1000, 2));
    for (const rawBytes of [maxSectionRawBytes + 1, 2 ** 32, 2 ** 53 - 1]) {
      expect(decoded(() => decodeSection(forgersKeys, 'idTable', { id, rawBytes }, stored))).toBeUndefined();
    }
  });
});
