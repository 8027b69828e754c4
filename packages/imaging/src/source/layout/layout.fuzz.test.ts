import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writePartitionTable } from '../../build/disk/gpt.ts';
import { planLayout } from '../../build/disk/layout.ts';
import { writeMasterBootRecord } from '../../build/disk/master-boot-record.ts';
import { deriveIdentity } from '../../build/identity.ts';
import type { DiskReader } from '../../disk/disk-reader.ts';
import { fuzzRuns } from '../../testing/fuzz-runs.ts';
import { memoryDisk } from '../../testing/memory-disk.ts';
import { mutated } from '../../testing/mutations.ts';
import { describeLayout } from './describe-layout.ts';

const size = 2.5 * 1024 ** 2;

/** Fails the test when the disk is read outside of itself, or too much of it at once. */
function guarded(bytes: Uint8Array): DiskReader {
  const disk = memoryDisk(bytes);
  return {
    ...disk,
    read: (offset, length) => {
      expect(Number.isSafeInteger(offset) && offset >= 0 && offset + length <= bytes.length).toBe(true);
      expect(length).toBeLessThanOrEqual(4 * 1024 ** 2);
      return disk.read(offset, length);
    },
  };
}

async function describeSafely(bytes: Uint8Array): Promise<void> {
  const { partitions, warnings } = await describeLayout(guarded(bytes));
  expect(partitions.length).toBeLessThan(10_000);
  for (const { startBytes, sizeBytes } of partitions) {
    expect(startBytes).toBeGreaterThanOrEqual(0);
    expect(sizeBytes).toBeGreaterThan(0);
  }
  for (const warning of warnings) expect(warning).toMatch(/^[^\p{Cc}]{1,500}$/u);
}

/** The disk with the beginning changed, the checksums of its GPT being made to fit again. */
function resealed(disk: Buffer, head: Buffer): Buffer {
  const changed = Buffer.from(disk);
  head.copy(changed);
  const header = changed.subarray(512, 1024);
  const [count, entryBytes] = [header.readUInt32LE(80), header.readUInt32LE(84)];
  const table = Number(header.readBigUInt64LE(72)) * 512;
  const tableBytes = Math.min(count * entryBytes, 1024 ** 2);
  if (table < changed.length) header.writeUInt32LE(crc32(changed.subarray(table, table + tableBytes)), 88);
  header.writeUInt32LE(0, 16);
  header.writeUInt32LE(crc32(header.subarray(0, Math.min(512, header.readUInt32LE(12)))), 16);
  return changed;
}

describe('a GPT', () => {
  const layout = planLayout({ size: 48 * 1024 ** 2 });
  const identity = deriveIdentity('name: fuzz');
  const disk = Buffer.alloc(size);
  writeMasterBootRecord(layout, identity, Buffer.alloc(440, 1)).bytes.forEach(
    (byte, at) => (disk[at] = byte),
  );
  for (const piece of writePartitionTable(layout, identity)) {
    if (piece.offsetBytes + piece.bytes.length <= size) disk.set(piece.bytes, piece.offsetBytes);
  }

  it('is read, whatever its entries say', async () => {
    expect((await describeLayout(guarded(disk))).partitions.length).toBeGreaterThan(1);
    const property = fc.asyncProperty(mutated(disk.subarray(0, 1024 + 4 * 128)), async (head) => {
      await describeSafely(resealed(disk, head.subarray(0, 17 * 1024)));
    });
    await fc.assert(property, fuzzRuns(250));
  });
});

describe('an MBR', () => {
  it('is read, whatever its chain of logical partitions does', async () => {
    const disk = Buffer.alloc(size);
    const entry = (at: number, type: number, start: number, count: number): void => {
      disk[at + 4] = type;
      disk.writeUInt32LE(start, at + 8);
      disk.writeUInt32LE(count, at + 12);
    };
    entry(446, 0x83, 100, 1000);
    entry(462, 0x05, 2000, 6000);
    for (const [number, sector] of [2000, 3000, 4000].entries()) {
      entry(sector * 512 + 446, 0x07, 10, 500);
      if (number < 2) entry(sector * 512 + 462, 0x05, (number + 1) * 1000, 1000);
      disk.writeUInt16LE(0xaa55, sector * 512 + 510);
    }
    disk.writeUInt16LE(0xaa55, 510);
    expect((await describeLayout(guarded(disk))).partitions).toHaveLength(4);
    const sectors = [0, 2000, 3000, 4000];
    const tables = Buffer.concat(
      sectors.map((sector) => disk.subarray(sector * 512 + 440, sector * 512 + 512)),
    );
    const property = fc.asyncProperty(mutated(tables), async (changed) => {
      const bytes = Buffer.from(disk);
      for (const [at, sector] of sectors.entries()) {
        changed.subarray(at * 72, (at + 1) * 72).copy(bytes, sector * 512 + 440);
      }
      await describeSafely(bytes);
    });
    await fc.assert(property, fuzzRuns(300));
  });
});

describe('a disk without a table', () => {
  it('is described, whatever its first blocks hold', async () => {
    const marks = ['XFSB', 'NTFS    ', 'EXFAT   ', 'LUKS\xba\xbe', 'LABELONE', 'CD001', '_BHRfS_M'];
    const places = [0, 3, 510, 512, 1024 + 0x38, 0x8001, 65_536 + 0x40, 4086];
    const mark = fc.tuple(fc.constantFrom(...marks, 'U\xaa', 'S\xef', '\xeb'), fc.constantFrom(...places));
    const property = fc.asyncProperty(
      fc.uint8Array({ maxLength: 600 }),
      fc.array(mark, { maxLength: 4 }),
      fc.nat(70_000),
      async (bytes, found, length) => {
        const disk = Buffer.alloc(length + 1);
        disk.set(bytes.subarray(0, disk.length));
        for (const [text, at] of found) if (at + 8 < disk.length) disk.write(text, at, 'latin1');
        await describeSafely(disk);
      },
    );
    await fc.assert(property, fuzzRuns(300));
  });
});
