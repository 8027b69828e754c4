import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deriveIdentity } from '../identity.ts';
import { writePartitionTable } from './gpt.ts';
import { planLayout } from './layout.ts';
import { placeCoreImage, writeMasterBootRecord } from './master-boot-record.ts';

const size = 48 * 1024 ** 2;
const layout = planLayout({ size });
const identity = deriveIdentity('name: test');
const disk = Buffer.alloc(size);
for (const piece of writePartitionTable(layout, identity)) disk.set(piece.bytes, piece.offsetBytes);
const lastSector = size / 512 - 1;

function headerAt(sector: number): Buffer {
  return disk.subarray(sector * 512, sector * 512 + 92);
}

describe('the partition table', () => {
  it.each([
    ['primary', 1, lastSector, 2],
    ['backup', lastSector, 1, lastSector - 32],
  ])('has a %s header with right checksums and places', (_, own, other, entries) => {
    const header = Buffer.from(headerAt(own));
    const checksum = header.readUInt32LE(16);
    header.writeUInt32LE(0, 16);
    expect(crc32(header)).toBe(checksum);
    expect(header.readBigUInt64LE(24)).toBe(BigInt(own));
    expect(header.readBigUInt64LE(32)).toBe(BigInt(other));
    expect(header.readBigUInt64LE(72)).toBe(BigInt(entries));
    const table = disk.subarray(entries * 512, entries * 512 + 128 * 128);
    expect(header.readUInt32LE(88)).toBe(crc32(table));
  });

  it('keeps partitions apart and inside what the header calls usable', () => {
    const first = headerAt(1).readBigUInt64LE(40);
    const last = headerAt(1).readBigUInt64LE(48);
    let free = first;
    for (let index = 0; index < 3; index += 1) {
      const entry = disk.subarray(1024 + index * 128, 1024 + (index + 1) * 128);
      expect(entry.readBigUInt64LE(32)).toBeGreaterThanOrEqual(free);
      free = entry.readBigUInt64LE(40) + 1n;
      expect(free - 1n).toBeLessThanOrEqual(last);
    }
  });
});

describe('the master boot record', () => {
  it('points GRUB at its core image, and the core image at its continuation', () => {
    const code = Buffer.alloc(512, 0x11);
    const record = Buffer.from(writeMasterBootRecord(layout, identity, code).bytes);
    expect(record.readBigUInt64LE(0x5c)).toBe(34n);
    expect(record.readUInt16LE(510)).toBe(0xaa55);
    expect(record[450]).toBe(0xee);
    const core = Buffer.from(placeCoreImage(layout, Buffer.alloc(1500, 0x22)).bytes);
    expect(core.length).toBe(3 * 512);
    expect(core.readBigUInt64LE(500)).toBe(35n);
    expect(core.readUInt16LE(508)).toBe(2);
  });

  it('refuses a core image that does not fit its partition', () => {
    expect(() => placeCoreImage(layout, Buffer.alloc(1024 ** 2))).toThrow(RangeError);
  });
});

describe('identities', () => {
  it('depend on the recipe and on nothing else', () => {
    expect(deriveIdentity('name: test')).toEqual(identity);
    expect(deriveIdentity('name: other').rootUuid).not.toBe(identity.rootUuid);
  });
});
