import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { requireKey, singleKey } from './key-source.ts';
import { defaultKeyringPath, openKeyring } from './keyring.ts';
import {
  createRepositoryKey,
  formatRepositoryKey,
  parseRepositoryKey,
  readKeyFile,
} from './repository-key.ts';

describe('the key ring', () => {
  it('keeps keys for its owner only', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'config', 'keyring.json');
    const key = await openKeyring(path).create();
    expect(await openKeyring(path).find(key.keyId)).toEqual(key);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await openKeyring(path).find('0'.repeat(16))).toBeUndefined();
  });

  it('loses no key when several are added at once', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'keyring.json');
    const keys = await Promise.all(Array.from({ length: 8 }, () => openKeyring(path).create()));
    for (const key of keys) expect(await openKeyring(path).find(key.keyId)).toEqual(key);
  });

  it('refuses a file that is none, and tells nothing of its content', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'keyring.json');
    await writeFile(path, '{"version":1,"keys":{"00":"hunter2"}}');
    const error: unknown = await openKeyring(path)
      .find('0'.repeat(16))
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'FILE_INVALID' });
    expect(String(error)).not.toContain('hunter2');
    expect(await readFile(path, 'utf8')).toContain('hunter2');
  });

  it('lies where the environment says', () => {
    expect(defaultKeyringPath({ CARREL_KEYRING: '/k' }, '/home/a')).toBe('/k');
    expect(defaultKeyringPath({ XDG_CONFIG_HOME: '/c' }, '/home/a')).toBe('/c/carrel/keyring.json');
    expect(defaultKeyringPath({}, '/home/a')).toBe('/home/a/.config/carrel/keyring.json');
  });
});

describe('keys', () => {
  it('survive being written and read', async () => {
    await using folder = await temporaryFolder();
    const key = createRepositoryKey();
    expect(parseRepositoryKey(formatRepositoryKey(key))).toEqual(key);
    const path = join(folder.path, 'key');
    await writeFile(path, `${formatRepositoryKey(key)}\n`);
    expect(await readKeyFile(path)).toEqual(key);
    await writeFile(path, 'short');
    await expect(readKeyFile(path)).rejects.toMatchObject({ code: 'FILE_INVALID' });
    await expect(readKeyFile(join(folder.path, 'none'))).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });

  it('are asked for by id', async () => {
    const [key, other] = [createRepositoryKey(), createRepositoryKey()];
    expect(await requireKey(singleKey(key), key.keyId)).toBe(key);
    await expect(requireKey(singleKey(other), key.keyId)).rejects.toMatchObject({ code: 'IMAGE_KEY_WRONG' });
    const empty = { find: () => Promise.resolve(undefined), create: () => Promise.resolve(other) };
    await expect(requireKey(empty, key.keyId)).rejects.toMatchObject({ code: 'IMAGE_KEY_MISSING' });
  });
});
