import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBytes } from '../testing/memory-disk.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { coversRange, joinRanges } from './byte-runs.ts';
import { FrameStore } from './frame-store.ts';

let root: Awaited<ReturnType<typeof temporaryFolder>>;
let folders = 0;
beforeAll(async () => {
  root = await temporaryFolder();
});
afterAll(() => root[Symbol.asyncDispose]());

const keyId = '0011223344556677';
const newFolder = (): string => join(root.path, `store-${(folders += 1)}`);
const open = (folder = newFolder(), limitBytes = 1e9): Promise<FrameStore> =>
  FrameStore.open({ folder, limitBytes, reserveBytes: 0 });
const pack = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;
const frame = (offsetBytes: number, length: number, seed = offsetBytes + 1) => ({
  offsetBytes,
  stored: sampleBytes(length, seed),
});
const all = { offsetBytes: 0, lengthBytes: 2 ** 32 };

describe('FrameStore', () => {
  it('gives back what it was given, also after it was opened again', async () => {
    const folder = newFolder();
    const frames = [frame(0, 20_000), frame(20_000, 30_000), frame(90_000, 10)];
    {
      await using store = await open(folder);
      await store.put(pack(1), keyId, frames);
    }
    await using store = await open(folder);
    expect(store.held(pack(1))).toEqual([
      { offsetBytes: 0, lengthBytes: 50_000 },
      { offsetBytes: 90_000, lengthBytes: 10 },
    ]);
    expect(await store.read(pack(1), all)).toEqual(frames);
    expect(await store.read(pack(1), { offsetBytes: 20_000, lengthBytes: 70_005 })).toEqual([frames[1]]);
    expect(store.keyIdOf(pack(1))).toBe(keyId);
    expect(await store.read(pack(2), all)).toEqual([]);
    expect(store.keyIdOf(pack(2))).toBeUndefined();
    expect(store.heldBytes).toBe(50_010);
  });

  it('finds what was torn or changed on the disk, and forgets it', async () => {
    const folder = newFolder();
    await using store = await open(folder);
    await store.put(pack(1), keyId, [frame(0, 20_000), frame(20_000, 30_000), frame(50_000, 10_000)]);
    const path = join(folder, 'packs', pack(1).slice(7));
    const bytes = await readFile(path);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await truncate(path, 55_000);
    expect(await store.read(pack(1), all)).toEqual([frame(20_000, 30_000)]);
    expect(store.held(pack(1))).toEqual([{ offsetBytes: 20_000, lengthBytes: 30_000 }]);
    await rm(path);
    expect(await store.read(pack(1), all)).toEqual([]);
    await store.put(pack(1), keyId, [frame(0, 20_000)]);
    expect(await store.read(pack(1), all)).toEqual([frame(0, 20_000)]);
  });

  it('begins anew when its record is broken', async () => {
    const folder = newFolder();
    {
      await using store = await open(folder);
      await store.put(pack(1), keyId, [frame(0, 20_000)]);
    }
    await writeFile(join(folder, 'frames.db'), sampleBytes(8192, 3));
    await rm(join(folder, 'frames.db-wal'), { force: true });
    await using store = await open(folder);
    expect(store.heldBytes).toBe(0);
    expect(await readdir(join(folder, 'packs'))).toEqual([]);
    await store.put(pack(1), keyId, [frame(0, 20_000)]);
    expect(await store.read(pack(1), all)).toHaveLength(1);
  });

  it('removes files that it knows nothing of', async () => {
    const folder = newFolder();
    {
      await using store = await open(folder);
      await store.put(pack(1), keyId, [frame(0, 20_000)]);
    }
    for (const name of [pack(2).slice(7), 'other']) await writeFile(join(folder, 'packs', name), 'x');
    await using store = await open(folder);
    expect(await readdir(join(folder, 'packs'))).toEqual([pack(1).slice(7)]);
    expect(await store.read(pack(1), all)).toHaveLength(1);
  });

  it('removes the packs used longest ago at its limit', async () => {
    const folder = newFolder();
    await using store = await open(folder, 100_000);
    for (const number of [1, 2, 3]) await store.put(pack(number), keyId, [frame(0, 30_000)]);
    await store.read(pack(1), all);
    await store.put(pack(4), keyId, [frame(1_000_000, 30_000)]);
    expect(store.held(pack(2))).toEqual([]);
    expect(await readdir(join(folder, 'packs'))).toHaveLength(3);
    expect(store.heldBytes).toBe(90_000);
    expect(await store.read(pack(1), all)).toHaveLength(1);
    // Sparse: what lies before a frame takes no room.
    const { blocks } = await stat(join(folder, 'packs', pack(4).slice(7)));
    expect(blocks * 512).toBeLessThan(100_000);
  });

  it('keeps nothing where it would take the room that is reserved', async () => {
    await using store = await FrameStore.open({
      folder: newFolder(),
      limitBytes: 1e9,
      reserveBytes: Number.MAX_SAFE_INTEGER,
    });
    await store.put(pack(1), keyId, [frame(0, 30_000)]);
    expect(store.heldBytes).toBe(0);
  });

  it('stays sound with writers and readers at once', async () => {
    await using store = await open(newFolder(), 300_000);
    const work = Array.from({ length: 60 }, async (_, at) => {
      const digest = pack(at % 5);
      await store.put(digest, keyId, [frame(at * 20_000, 20_000, at)]);
      for (const { offsetBytes, stored } of await store.read(digest, all)) {
        expect(stored).toEqual(sampleBytes(20_000, offsetBytes / 20_000));
      }
    });
    await Promise.all(work);
    expect(store.heldBytes).toBeLessThanOrEqual(300_000);
    expect(store.heldBytes).toBeGreaterThan(0);
  });

  it('goes nowhere outside of its folder', async () => {
    await using store = await open();
    await expect(store.put('sha256:../../x', keyId, [frame(0, 10)])).rejects.toThrow(RangeError);
  });
});

const range = fc.record({ offsetBytes: fc.nat(60), lengthBytes: fc.integer({ min: 1, max: 20 }) });

describe('joined ranges', () => {
  it('hold the same bytes, ascending and apart', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), range, (ranges, wanted) => {
        const joined = joinRanges(ranges);
        const bytesOf = (parts: typeof ranges): Set<number> =>
          new Set(
            parts.flatMap((part) =>
              Array.from({ length: part.lengthBytes }, (_, at) => part.offsetBytes + at),
            ),
          );
        expect([...bytesOf(joined)].toSorted((a, b) => a - b)).toEqual(
          [...bytesOf(ranges)].toSorted((a, b) => a - b),
        );
        for (const [at, part] of joined.slice(1).entries()) {
          const before = joined[at];
          expect(part.offsetBytes).toBeGreaterThan((before?.offsetBytes ?? 0) + (before?.lengthBytes ?? 0));
        }
        const isCovered = [...bytesOf([wanted])].every((byte) => bytesOf(ranges).has(byte));
        expect(coversRange(joined, wanted)).toBe(isCovered);
      }),
    );
  });
});
