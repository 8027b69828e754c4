import { describe, expect, it } from 'vitest';
import { SequentialReads } from './sequential-reads.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

describe('reads that follow each other', () => {
  it('are loaded ahead in growing steps, each byte once, up to the limit', () => {
    const reads = new SequentialReads(4 * mebibyte);
    let until = 0;
    const steps: number[] = [];
    for (let offset = 0; offset < 64 * mebibyte; offset += 128 * kibibyte) {
      const ahead = reads.note(offset, 128 * kibibyte);
      if (ahead === undefined) continue;
      expect(ahead.from).toBeGreaterThanOrEqual(Math.max(until, offset));
      expect(ahead.to - offset).toBeLessThanOrEqual(4 * mebibyte + 128 * kibibyte);
      until = ahead.to;
      steps.push(ahead.to - ahead.from);
    }
    expect(until).toBeGreaterThan(64 * mebibyte);
    expect(steps.length).toBeLessThan(45);
    expect(Math.max(...steps)).toBeGreaterThanOrEqual(2 * mebibyte);
  });

  it('are told apart from jumps, and several readers from each other', () => {
    const reads = new SequentialReads(mebibyte);
    for (let jump = 1; jump < 40; jump += 1)
      expect(reads.note((40 - jump) * 100 * mebibyte, 4096)).toBeUndefined();
    const starts = [1, 2, 3, 4].map((reader) => reader * 10_000 * mebibyte);
    for (const start of starts) reads.note(start, 256 * kibibyte);
    for (const start of starts) {
      const from = start + 512 * kibibyte;
      expect(reads.note(start + 256 * kibibyte, 256 * kibibyte)).toMatchObject({ from });
    }
  });
});
