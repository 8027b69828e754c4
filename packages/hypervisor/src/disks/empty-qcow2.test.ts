import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs, temporaryFolder, testKey } from '../testing/test-machine.ts';
import { createBaseDisk, createOverlayDisk } from './create.ts';
import { checkDisk, inspectDisk } from './inspect.ts';

const gibibyte = 1024 ** 3;

describe('an empty encrypted disk', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  const sizes = [
    512,
    48 * 1024 ** 2,
    512 * 1024 ** 2,
    512 * 1024 ** 2 + 512,
    64 * gibibyte,
    16_384 * gibibyte,
  ];
  it.each(sizes)('of %i bytes is sound in the eyes of QEMU, and small', async (virtualSizeBytes) => {
    const basePath = `${folder.path}/base-${virtualSizeBytes}.qcow2`;
    const overlayPath = `${folder.path}/overlay-${virtualSizeBytes}.qcow2`;
    const common = { virtualSizeBytes, diskKey: testKey, runAs: undefined };
    await createBaseDisk({ ...common, path: basePath });
    await createOverlayDisk({ ...common, path: overlayPath, basePath });
    for (const path of [basePath, overlayPath]) {
      const info = await inspectDisk(programs.img, path);
      expect(info).toMatchObject({
        format: 'qcow2',
        virtualSizeBytes,
        isEncrypted: true,
        isStandalone: false,
      });
      expect(info.actualSizeBytes).toBeLessThan(4 * 1024 ** 2);
      // Checking opens the encryption, so the header holds the key under this passphrase.
      expect(await checkDisk(programs.img, path, testKey)).toEqual({ corruptions: 0, leaks: 0 });
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });

  it('is opened by its own key only', async () => {
    const path = `${folder.path}/own.qcow2`;
    await createBaseDisk({ path, virtualSizeBytes: gibibyte, diskKey: testKey, runAs: undefined });
    const other = new Uint8Array(32).fill(1);
    await expect(checkDisk(programs.img, path, other)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
  });
});
