import { defaultMemoryTable } from '@carrel/contract';
import { describe, expect, it } from 'vitest';
import { resolveMemoryMiB } from './resolve-memory.ts';

describe('guest memory by the host-memory table', () => {
  it.each([
    [1024, 378],
    [2048, 512],
    [4096, 1024],
    [8192, 1536],
    [16_384, 2048],
    [32_768, 4096],
    [65_536, 8192],
  ])('gives a host of %i MiB a guest of %i MiB', (host, guest) => {
    expect(resolveMemoryMiB(defaultMemoryTable, host, 1)).toBe(guest);
  });

  it('counts a computer as its nominal size although firmware keeps some', () => {
    expect(resolveMemoryMiB(defaultMemoryTable, 7900, 1)).toBe(1536);
    expect(resolveMemoryMiB(defaultMemoryTable, 7000, 1)).toBe(1024);
  });

  it('gives at least what the image needs, and the smallest row to a small host', () => {
    expect(resolveMemoryMiB(defaultMemoryTable, 2048, 768)).toBe(768);
    expect(resolveMemoryMiB(defaultMemoryTable, 512, 1)).toBe(378);
  });

  it('does not care about the order of rows', () => {
    expect(resolveMemoryMiB(defaultMemoryTable.toReversed(), 16_000, 1)).toBe(2048);
  });
});
