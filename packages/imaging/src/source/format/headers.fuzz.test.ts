import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mustRun } from '../../nbd/testing/run.ts';
import { makeScratch } from '../../nbd/testing/scratch.ts';
import { fuzzRuns } from '../../testing/fuzz-runs.ts';
import { mutated } from '../../testing/mutations.ts';
import { outcomeOf } from '../../testing/outcome.ts';
import type { LocalFile } from './local-file.ts';
import { parseQcow2Header } from './qcow2-header.ts';
import { resolveChain } from './resolve-chain.ts';
import { parseVmdkDescriptor } from './vmdk-descriptor.ts';

const codes = [
  'SOURCE_BACKING_REFUSED',
  'SOURCE_DAMAGED',
  'SOURCE_NOT_A_DISK',
  'SOURCE_NOT_SUPPORTED',
] as const;

/** A file in memory, which tells how much was asked for at once. */
function fileOf(path: string, bytes: Buffer): LocalFile & { largestReadBytes: number } {
  return {
    path,
    isBlockDevice: false,
    sizeBytes: bytes.length,
    allocatedBytes: bytes.length,
    largestReadBytes: 0,
    readSome(offsetBytes, lengthBytes) {
      expect(Number.isSafeInteger(offsetBytes) && offsetBytes >= 0).toBe(true);
      this.largestReadBytes = Math.max(this.largestReadBytes, lengthBytes);
      return Promise.resolve(Buffer.from(bytes.subarray(offsetBytes, offsetBytes + lengthBytes)));
    },
    currentSizeBytes: () => Promise.resolve(bytes.length),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What qemu-img makes: name of the file, its options. */
const kinds = [
  ['two.qcow2', ['-f', 'qcow2', '-o', 'compat=0.10']],
  ['three.qcow2', ['-f', 'qcow2']],
  ['child.qcow2', ['-f', 'qcow2', '-F', 'raw', '-b', 'base.raw']],
  ['sparse.vmdk', ['-f', 'vmdk']],
  ['flat.vmdk', ['-f', 'vmdk', '-o', 'subformat=monolithicFlat']],
  ['split.vmdk', ['-f', 'vmdk', '-o', 'subformat=twoGbMaxExtentSparse']],
  ['fixed.vhd', ['-f', 'vpc', '-o', 'subformat=fixed']],
  ['growing.vhd', ['-f', 'vpc']],
  ['some.vhdx', ['-f', 'vhdx']],
] as const;

describe('a disk whose header was changed', () => {
  it.each(kinds)(
    '%s is refused with a code or taken, and leads to nothing outside',
    async (name, options) => {
      await using scratch = await makeScratch();
      const path = scratch.path(name);
      await mustRun('truncate', '-s', '1M', scratch.path('base.raw'));
      await mustRun('qemu-img', 'create', '-q', ...options, path, '1M');
      const whole = await readFile(path);
      // Headers lie at the start, that of a VHD at the end as well.
      const made =
        whole.length > 150_000 ? Buffer.concat([whole.subarray(0, 70_000), whole.subarray(-512)]) : whole;
      const property = fc.asyncProperty(mutated(made), async (bytes) => {
        const file = fileOf(path, bytes);
        const link = await outcomeOf(() => resolveChain(file, name, 'same-folder'), codes);
        for (const part of link?.extentFiles ?? []) expect(dirname(part)).toBe(dirname(path));
        if (link?.backing) expect(dirname(link.backing.path)).toBe(dirname(path));
        expect(file.largestReadBytes).toBeLessThanOrEqual(1024 ** 2);
      });
      await fc.assert(property, fuzzRuns(150));
    },
  );

  it.each([
    ['a.qcow2', 'QFI\xfb'],
    ['a.vhdx', 'vhdxfile'],
    ['a.vmdk', 'KDMV'],
    ['a.vmdk', '# Disk DescriptorFile'],
    ['a.vhd', 'conectix'],
  ])('%s cut anywhere behind %s is refused with a code or taken', async (name, magic) => {
    for (let length = magic.length; length < 600; length += 1) {
      const bytes = Buffer.alloc(length, 0xff);
      bytes.write(magic, 'latin1');
      await outcomeOf(() => resolveChain(fileOf(`/nowhere/${name}`, bytes), name, 'none'), codes);
    }
  });
});

describe('the parsers', () => {
  it('of qcow2 give a header or a reason, whatever bytes come', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const head = Buffer.concat([Buffer.from('QFI\xfb\0\0\0\x03', 'latin1'), bytes]);
      const header = parseQcow2Header(head);
      if ('backingFile' in header) expect(header.backingFile?.length ?? 0).toBeLessThan(1024);
    });
    fc.assert(property, fuzzRuns(2000));
  });

  it('of vmdk take no longer than a text is long', () => {
    const filler = [' ', 'a', '"', '=', '\t', '0', 'RW 1 '];
    for (const [before, after] of [
      ['a=', '""x'],
      ['', '='],
      ['a', ''],
      ['RW 1 FLAT "', ''],
      ['a = "', 'x"y"z'],
    ]) {
      for (const one of filler) {
        // A time that is the square of the length would be hours.
        const text = `${before}${one.repeat(1024 ** 2 / one.length)}${after}`;
        expect(parseVmdkDescriptor(text).extents.length).toBeLessThan(2);
      }
    }
  });
});
