import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fetchImage } from '../fetch/fetch-image.ts';
import { inspectImage } from '../image/inspect-image.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

const program = fileURLToPath(new URL('../testing/pack-and-fetch.ts', import.meta.url));

it('a pack that was killed is gone on with by running it again', { timeout: 120_000 }, async () => {
  await using folder = await temporaryFolder();
  const bytes = sampleBytes(80 * 1024 * 1024, 1);
  const disk = join(folder.path, 'disk.img');
  await writeFile(disk, bytes);
  const child = spawn(process.execPath, [program, 'pack', disk, folder.path], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const blobs = join(folder.path, 'layout', 'blobs', 'sha256');
  const stored = async (): Promise<string[]> =>
    (await readdir(blobs).catch(() => [])).filter((name) => !name.startsWith('.'));
  while ((await stored()).length === 0 && child.exitCode === null) await sleep(2);
  child.kill('SIGKILL');
  await exited;
  const before = await stored();
  const repository = layoutIn(folder.path);
  expect(await repository.listTags()).toEqual([]);
  const receipt = await packBytes(repository, '1', bytes);
  // What was there was not stored again, and nothing else remains of the killed run.
  const sizes = await Promise.all(before.map(async (name) => (await stat(join(blobs, name))).size));
  const keptBytes = sizes.reduce((sum, size) => sum + size, 0);
  const image = await inspectImage(repository, '1');
  expect(keptBytes).toBeGreaterThan(10_000_000);
  expect(receipt.storedBytes).toBe(image.storedBytes - keptBytes);
  const after = await readdir(blobs);
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.filter((name) => name.startsWith('.'))).toEqual([]);
  const outputPath = join(folder.path, 'out.img');
  await fetchImage({ repository, tagOrDigest: receipt.digest, keys: testKeys, outputPath });
  expect((await readFile(outputPath)).equals(bytes)).toBe(true);
});
