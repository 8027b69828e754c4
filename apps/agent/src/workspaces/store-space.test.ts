import { describe, expect, it } from 'vitest';
import { guestReserveBytes, missingBytes, requireSpace } from './store-space.ts';
import type { BaseRecord } from './workspace-record.ts';

const mib = 1024 ** 2;
const space = (freeBytes: number, promisedBytes = 0) => ({
  freeBytes: () => Promise.resolve(freeBytes),
  promisedBytes: () => promisedBytes,
});

describe('room for images', () => {
  it('is needed for the image, a reserve, and what other images still take', async () => {
    await requireSpace(space(100 * mib + guestReserveBytes), 100 * mib, '/store');
    await expect(requireSpace(space(100 * mib), 100 * mib, '/store')).rejects.toMatchObject({
      code: 'STORE_SPACE_SHORT',
      retryable: true,
      details: { neededBytes: 100 * mib, freeBytes: 100 * mib, reserveBytes: guestReserveBytes },
    });
    const busy = space(150 * mib + guestReserveBytes, 60 * mib);
    await expect(requireSpace(busy, 100 * mib, '/store')).rejects.toThrow('needs 160.0 MiB more');
  });

  it('is promised to what is not here yet', () => {
    const base = { dataBytes: 100, progress: 0.25, isComplete: false } as BaseRecord;
    expect(missingBytes(base)).toBe(75);
    expect(missingBytes({ ...base, isComplete: true })).toBe(0);
  });
});
