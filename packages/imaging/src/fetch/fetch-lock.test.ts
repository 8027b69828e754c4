import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { fetchImage } from './fetch-image.ts';
import { lockFetch } from './fetch-lock.ts';

describe('the lock of a fetch', () => {
  it('refuses a second fetch to the same file, also from another process, until the first is gone', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const disk = sampleBytes(12 * 1024 * 1024, 3);
    await packBytes(repository, '1', disk);
    const outputPath = join(folder.path, 'out.img');
    const program = fileURLToPath(new URL('../testing/fetch-slowly.ts', import.meta.url));
    const child = spawn(process.execPath, [program, repository.location, outputPath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    const request = { repository, tagOrDigest: '1', keys: testKeys, outputPath };
    await expect(fetchImage(request)).rejects.toMatchObject({ code: 'TARGET_IN_USE', retryable: true });
    child.kill('SIGKILL');
    await exited;
    await fetchImage(request);
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    expect((await readdir(folder.path)).toSorted()).toEqual(['layout', 'out.img']);
  });

  it('is held by one of many that ask at the same time', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'out.img');
    await writeFile(`${path}.partial.lock`, `${hostname()} 999999999 1 left`);
    const locks = await Promise.allSettled(Array.from({ length: 20 }, () => lockFetch(path)));
    const held = locks.filter((lock) => lock.status === 'fulfilled');
    expect(held).toHaveLength(1);
    await held[0]?.value[Symbol.asyncDispose]();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each([
    [
      'of a process that has another start than the one that made it',
      `${hostname()} ${process.pid} 1 left`,
      true,
    ],
    ['that was never given a name', '', true],
    ['of another computer', `elsewhere.example 1 1 left`, false],
  ])('takes over a lock %s: %s', async (_which, content, isFree) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'out.img');
    await writeFile(`${path}.partial.lock`, content);
    const locking = lockFetch(path).then(() => 'held');
    if (isFree) expect(await locking).toBe('held');
    else await expect(locking).rejects.toMatchObject({ code: 'TARGET_IN_USE' });
  });
});
