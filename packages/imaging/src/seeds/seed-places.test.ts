import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockSeed } from './block-seed.ts';
import { SeedPlaces } from './seed-places.ts';

function namedSeed(name: string): BlockSeed {
  return {
    name,
    locate: () => Promise.resolve(),
    read: () => Promise.resolve(new Uint8Array(0)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

interface Note {
  readonly stored: number;
  readonly unit: number;
  readonly block: number;
}

const storedBlocks = 64;
const note = fc.record({
  stored: fc.nat(storedBlocks - 1),
  unit: fc.nat(3),
  block: fc.nat(70),
});

describe('SeedPlaces', () => {
  it('keeps the first place noted of each wanted block, whichever seed it is in', () => {
    const seedNotes = fc.array(fc.array(note, { maxLength: 80 }), { maxLength: 4 });
    const unwanted = fc.uniqueArray(fc.nat(storedBlocks - 1), { maxLength: 20 });
    fc.assert(
      fc.property(seedNotes, unwanted, fc.integer({ min: 1, max: 40 }), (notes, not, maxBlocks) => {
        const places = new SeedPlaces(storedBlocks, (stored) => !not.includes(stored));
        const expected = new Map<number, Note & { readonly seed: BlockSeed }>();
        for (const [at, ofSeed] of notes.entries()) {
          const seed = namedSeed(String(at));
          for (const { stored, unit, block } of ofSeed) {
            places.note(stored, seed, unit, block);
            if (!not.includes(stored) && !expected.has(stored))
              expected.set(stored, { stored, seed, unit, block });
          }
        }
        expect(places.found).toBe(expected.size);
        expect(places.remaining).toBe(storedBlocks - not.length - expected.size);
        for (let stored = 0; stored < storedBlocks; stored += 1) {
          const run = places.runAt(stored, maxBlocks);
          expect(places.has(stored)).toBe(expected.has(stored));
          expect(run === undefined).toBe(!expected.has(stored));
          if (run === undefined) continue;
          expect(run.blocks).toBeLessThanOrEqual(maxBlocks);
          for (let at = 0; at < run.blocks; at += 1) {
            const { seed, unit, firstBlock } = run;
            expect(expected.get(stored + at)).toEqual({
              stored: stored + at,
              seed,
              unit,
              block: firstBlock + at,
            });
          }
          const next = expected.get(stored + run.blocks);
          const isContinued =
            next?.seed === run.seed && next.unit === run.unit && next.block === run.firstBlock + run.blocks;
          expect(run.blocks === maxBlocks || !isContinued).toBe(true);
        }
      }),
    );
  });

  it('ends a run at a block that was forgotten', () => {
    const places = new SeedPlaces(4, () => true);
    const seed = namedSeed('a');
    for (let stored = 0; stored < 4; stored += 1) places.note(stored, seed, 7, stored + 10);
    places.forget(2);
    expect(places.runAt(0, 16)).toMatchObject({ blocks: 2, unit: 7, firstBlock: 10 });
    expect(places.runAt(2, 16)).toBeUndefined();
    expect(places.runAt(3, 16)).toMatchObject({ blocks: 1, unit: 7, firstBlock: 13 });
    expect(places.found).toBe(3);
  });
});
