import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiskReader } from '../disk/disk-reader.ts';
import { mustRun } from '../nbd/testing/run.ts';
import { makeScratch } from '../nbd/testing/scratch.ts';
import { fuzzRuns } from '../testing/fuzz-runs.ts';
import { mutated } from '../testing/mutations.ts';
import { findUnusedExtents } from './find-unused-extents.ts';
import { makeFileSystem } from './testing/make-disk.ts';

const blockBytes = 4096;

/** A disk of which only the blocks that are not zero are kept. */
interface SparseDisk {
  readonly sizeBytes: number;
  readonly blocks: ReadonlyMap<number, Uint8Array>;
}

async function sparseDisk(path: string): Promise<SparseDisk> {
  const bytes = await readFile(path);
  const blocks = new Map<number, Uint8Array>();
  const zero = Buffer.alloc(blockBytes);
  for (let block = 0; block * blockBytes < bytes.length; block += 1) {
    const content = bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
    if (!zero.equals(content)) blocks.set(block, Uint8Array.from(content));
  }
  return { sizeBytes: bytes.length, blocks };
}

/** Reads the disk with some blocks replaced. Fails the test when it is read outside of itself or without end. */
function readerOf({ sizeBytes, blocks }: SparseDisk, replaced: ReadonlyMap<number, Uint8Array>): DiskReader {
  let allBytes = 0;
  return {
    sizeBytes,
    read: (offset, length) => {
      allBytes += length;
      expect(Number.isSafeInteger(offset) && offset >= 0 && offset + length <= sizeBytes).toBe(true);
      expect(length).toBeLessThanOrEqual(64 * 1024 ** 2);
      expect(allBytes).toBeLessThan(10 * sizeBytes);
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const block = Math.floor((offset + at) / blockBytes);
        const within = (offset + at) % blockBytes;
        const part = (replaced.get(block) ?? blocks.get(block))?.subarray(within, within + length - at);
        if (part) bytes.set(part, at);
        at += blockBytes - within;
      }
      return Promise.resolve(bytes);
    },
    extents: async function* (offsetBytes, lengthBytes) {
      yield await Promise.resolve({ offsetBytes, lengthBytes, kind: 'data' as const });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const kinds = [
  ['ext4', ['mkfs.ext4', '-q', '-F'], 16],
  ['ext2 of small blocks', ['mkfs.ext2', '-q', '-F', '-b', '1024'], 12],
  ['xfs', ['mkfs.xfs', '-q', '-f'], 300],
  ['ntfs', ['mkntfs', '-q', '-F', '-f'], 12],
  ['fat12', ['mkfs.vfat', '-F', '12'], 4],
  ['fat32', ['mkfs.vfat', '-F', '32', '-s', '1'], 40],
] as const;

describe('a file system of which some bytes were changed', () => {
  it.each(kinds)(
    '%s is left alone or read, and nothing outside of it is called unused',
    async (_, mkfs, sizeMiB) => {
      await using scratch = await makeScratch();
      const path = await makeFileSystem(scratch, mkfs, sizeMiB);
      if (mkfs[0] === 'mkfs.vfat') await mustRun('mcopy', '-i', path, '/etc/services', '::file');
      const disk = await sparseDisk(path);
      const [sound] = await findUnusedExtents(readerOf(disk, new Map()));
      expect(sound?.unused.length).toBeGreaterThan(0);
      const change = fc.constantFrom(...disk.blocks.keys()).chain((block) =>
        mutated(disk.blocks.get(block) ?? new Uint8Array(0)).map((bytes) => {
          const whole = Buffer.concat([bytes, Buffer.alloc(blockBytes)]).subarray(0, blockBytes);
          return [block, new Uint8Array(whole)] as const;
        }),
      );
      // The first blocks, which say where all others lie, more often than the rest.
      const first = change.filter(([block]) => block <= 3);
      const changes = fc.array(fc.oneof(change, first), { minLength: 1, maxLength: 3 });
      const property = fc.asyncProperty(changes, async (replaced) => {
        for (const { unused, note } of await findUnusedExtents(readerOf(disk, new Map(replaced)))) {
          if (note !== undefined) expect(note).toMatch(/^[^\p{Cc}]{1,300}$/u);
          let end = 0;
          for (const { offsetBytes, lengthBytes } of unused) {
            expect(offsetBytes).toBeGreaterThanOrEqual(end);
            expect(lengthBytes).toBeGreaterThan(0);
            end = offsetBytes + lengthBytes;
          }
          expect(end).toBeLessThanOrEqual(disk.sizeBytes);
        }
      });
      await fc.assert(property, fuzzRuns(150));
    },
  );
});
