import { generateKeyPairSync } from 'node:crypto';
import { access, link, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrorCode } from '../store/atomic-file.ts';
import { type DeviceKeys, ensureKey, keyFiles, publicKeysOf } from './device-keys.ts';

/**
 * Replaces the keys of this device by new ones. The server is told first, in a call that the old key signs; it takes
 * the old key until the first call that the new one has signed. Cut off anywhere, it goes on with the same new keys.
 * The old sealing key stays beside the new one until {@link forgetFormerKeys}.
 *
 * @param announce tells the server the public halves of the new keys
 * @returns the keys from now on
 * @throws what announcing them fails with; nothing has changed then
 */
export async function rotateDeviceKeys(
  folder: string,
  keys: DeviceKeys,
  announce: (publicKeys: ReturnType<typeof publicKeysOf>) => Promise<void>,
): Promise<DeviceKeys> {
  const now = keyFiles(folder);
  const next = keyFiles(join(folder, 'next'));
  await mkdir(join(folder, 'next'), { recursive: true, mode: 0o700 });
  // The sealing key is made and put in place before the signing key, so this is a rotation cut off in the switch.
  const isSealingSwitched = (await exists(next.signing)) && !(await exists(next.sealing));
  const sealing = isSealingSwitched
    ? keys.sealing
    : await ensureKey(next.sealing, () => generateKeyPairSync('x25519').privateKey);
  const signing = await ensureKey(next.signing, () => generateKeyPairSync('ed25519').privateKey);
  await announce(publicKeysOf({ signing, sealing }));
  if (!isSealingSwitched) {
    await linkAnew(now.sealing, now.formerSealing);
    await rename(next.sealing, now.sealing);
  }
  await rename(next.signing, now.signing);
  const formerSealing = isSealingSwitched ? keys.formerSealing : keys.sealing;
  return { ...keys, signing, sealing, formerSealing };
}

/** Everything that was sealed to the former key is sealed to the present one: the former key goes. */
export async function forgetFormerKeys(folder: string, keys: DeviceKeys): Promise<DeviceKeys> {
  await rm(keyFiles(folder).formerSealing, { force: true });
  return { ...keys, formerSealing: undefined };
}

async function linkAnew(path: string, as: string): Promise<void> {
  await rm(as, { force: true });
  await link(path, as);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}
