import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../testing/fuzz-runs.ts';
import { mutatedJson } from '../testing/mutated-json.ts';
import { mutated } from '../testing/mutations.ts';
import { outcomeOf } from '../testing/outcome.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openKeyring } from './keyring.ts';
import { formatRepositoryKey, parseRepositoryKey, readKeyFile, repositoryKeyFrom } from './repository-key.ts';

const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => repositoryKeyFrom(bytes));

describe('a key', () => {
  it('survives as text, and no other text is the same key', () => {
    const property = fc.property(anyKey, (key) => {
      const text = formatRepositoryKey(key);
      expect(parseRepositoryKey(text)).toEqual(key);
      expect(parseRepositoryKey(` ${text}\n`)).toEqual(key);
      expect(parseRepositoryKey(text.slice(1))).toBeUndefined();
      expect(parseRepositoryKey(`${text}A`)).toBeUndefined();
    });
    fc.assert(property, fuzzRuns(300));
  });

  it('in a file is read or refused with a code, whatever became of it', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'key');
    const text = Buffer.from(formatRepositoryKey(repositoryKeyFrom(new Uint8Array(32).fill(7))));
    const property = fc.asyncProperty(mutated(text), async (bytes) => {
      await writeFile(path, bytes);
      const key = await outcomeOf(() => readKeyFile(path), ['FILE_INVALID']);
      if (key) expect(key.bytes.length).toBe(32);
    });
    await fc.assert(property, fuzzRuns(300));
  });
});

describe('a key ring', () => {
  it('gives the key of the id asked for or fails with a code, and is not overwritten when it is damaged', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'keyring.json');
    const ring = openKeyring(path);
    const [first, second] = [await ring.create(), await ring.create()];
    const text = await readFile(path);
    const json: unknown = JSON.parse(text.toString());
    const anything = fc.oneof(
      mutated(text),
      mutatedJson(json).map((value) => Buffer.from(JSON.stringify(value))),
    );
    const property = fc.asyncProperty(anything, async (bytes) => {
      await writeFile(path, bytes);
      for (const { keyId } of [first, second]) {
        const key = await outcomeOf(() => ring.find(keyId), ['FILE_INVALID']);
        if (key) expect(key.keyId).toBe(keyId);
      }
      const isAdded = await outcomeOf(async () => {
        await ring.add(first);
        return true;
      }, ['FILE_INVALID']);
      if (!isAdded) expect((await readFile(path)).equals(bytes)).toBe(true);
    });
    await fc.assert(property, fuzzRuns(250));
  });
});
