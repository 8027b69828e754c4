import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureDeviceKeys, publicKeysOf } from './device-keys.ts';
import { forgetFormerKeys, rotateDeviceKeys } from './rotate-keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What the server knows of the device. */
interface Known {
  current: ReturnType<typeof publicKeysOf>;
  announced: ReturnType<typeof publicKeysOf> | undefined;
}

it('replaces both keys once the server knows the new ones, and keeps the old one that opens things', async () => {
  const before = await ensureDeviceKeys(folder);
  let announced: ReturnType<typeof publicKeysOf> | undefined;
  const after = await rotateDeviceKeys(folder, before, (keys) => {
    announced = keys;
    return Promise.resolve();
  });
  expect(publicKeysOf(after)).toEqual(announced);
  expect(publicKeysOf(after).signingKey).not.toEqual(publicKeysOf(before).signingKey);
  const read = await ensureDeviceKeys(folder);
  expect(publicKeysOf(read)).toEqual(announced);
  expect(read.formerSealing?.equals(before.sealing)).toBe(true);
  expect(read.local).toEqual(before.local);
  await forgetFormerKeys(folder, read);
  expect((await ensureDeviceKeys(folder)).formerSealing).toBeUndefined();
});

it('changes nothing when the server is not reached', async () => {
  const before = await ensureDeviceKeys(folder);
  await expect(rotateDeviceKeys(folder, before, () => Promise.reject(new Error('cut')))).rejects.toThrow();
  expect(publicKeysOf(await ensureDeviceKeys(folder))).toEqual(publicKeysOf(before));
});

it('goes on with the same keys wherever it was cut off, a second time too', async () => {
  const first = await ensureDeviceKeys(folder);
  const known: Known = { current: publicKeysOf(first), announced: undefined };
  for (const round of [1, 2]) {
    for (const cut of ['before the switch', 'in the switch', 'nowhere'] as const) {
      const keys = await ensureDeviceKeys(folder);
      expect([known.current, known.announced]).toContainEqual({
        ...publicKeysOf(keys),
        // The sealing key may be switched already while the signing key is not.
        sealingKey: expect.anything() as never,
      });
      await rotateDeviceKeys(folder, keys, (announced) => {
        if (known.announced && cut !== 'before the switch') expect(announced).toEqual(known.announced);
        known.announced = announced;
        if (cut === 'before the switch') throw new Error('killed');
        return Promise.resolve();
      }).catch((error: unknown) => {
        if (cut === 'nowhere') throw error;
      });
      if (cut === 'in the switch') await takeBackLastRename(folder, keys.signing);
    }
    const now = await ensureDeviceKeys(folder);
    expect(publicKeysOf(now), `round ${round}`).toEqual(known.announced);
    known.current = publicKeysOf(now);
    known.announced = undefined;
    await forgetFormerKeys(folder, now);
  }
  expect(await readdir(join(folder, 'next'))).toEqual([]);
});

/** As if the process had been killed between the two renames. */
async function takeBackLastRename(
  keys: string,
  formerSigning: { export(options: object): unknown },
): Promise<void> {
  const { rename, writeFile } = await import('node:fs/promises');
  await rename(join(keys, 'signing.pem'), join(keys, 'next/signing.pem'));
  const pem = formerSigning.export({ format: 'pem', type: 'pkcs8' });
  await writeFile(join(keys, 'signing.pem'), String(pem), { mode: 0o600 });
}
