import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockIdentifier } from '../../format/block-id.ts';
import { blockBytes } from '../../format/constants.ts';
import { deriveImageKeys } from '../../format/key-schedule.ts';
import { BlockTable } from '../../index/block-table.ts';
import { testKey } from '../../testing/packed-image.ts';
import { IdBlobReader, IdBlobWriter, prefixBytes } from './id-blob.ts';

const identify = createBlockIdentifier(deriveImageKeys(testKey.bytes));

/** Blocks told apart by one byte each; 0 is the block of zeros. */
function blocksOf(marks: readonly number[]): Uint8Array {
  const blocks = new Uint8Array(marks.length * blockBytes);
  for (const [at, mark] of marks.entries()) blocks[at * blockBytes + ((mark * 37) % blockBytes)] = mark;
  return blocks;
}

const marks = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 });

describe('the ids of a file', () => {
  it('are found again as the ids of an image are, wherever the blob lies in memory', () => {
    fc.assert(
      fc.property(marks, fc.nat(30), fc.nat(7), (content, cut, offset) => {
        const writer = new IdBlobWriter(identify, content.length);
        writer.add(blocksOf(content.slice(0, cut)));
        writer.add(blocksOf(content.slice(cut)));
        const blob = writer.finish();
        expect(blob.length).toBe(content.length * prefixBytes);
        const moved = new Uint8Array(offset + blob.length);
        moved.set(blob, offset);
        const reader = new IdBlobReader(moved.subarray(offset));
        expect(reader.count).toBe(content.length);
        const table = new BlockTable();
        const numbers = new Map<number, number>();
        for (const mark of new Set(content)) {
          if (mark === 0) continue;
          const id = Uint8Array.from(identify(blocksOf([mark])));
          numbers.set(mark, table.add(new Uint32Array(id.buffer), 0));
        }
        for (const [at, mark] of content.entries()) {
          expect(reader.isZero(at)).toBe(mark === 0);
          if (mark !== 0) expect(table.findByPrefix(reader.words, reader.at(at))).toBe(numbers.get(mark));
        }
      }),
    );
  });

  it('are not found in an image that does not have the block', () => {
    const table = new BlockTable();
    for (let mark = 1; mark < 200; mark += 1) {
      const id = Uint8Array.from(identify(blocksOf([mark])));
      table.add(new Uint32Array(id.buffer), 0);
    }
    const writer = new IdBlobWriter(identify, 1);
    writer.add(blocksOf([200]));
    expect(table.findByPrefix(new IdBlobReader(writer.finish()).words, 0)).toBe(-1);
  });

  it('must be as many as were promised', () => {
    const writer = new IdBlobWriter(identify, 2);
    writer.add(blocksOf([1]));
    expect(() => writer.finish()).toThrow(RangeError);
  });

  it('are read as far as they are whole', () => {
    expect(new IdBlobReader(new Uint8Array(prefixBytes * 2 + 3)).count).toBe(2);
    expect(new IdBlobReader(new Uint8Array(0)).count).toBe(0);
  });
});
