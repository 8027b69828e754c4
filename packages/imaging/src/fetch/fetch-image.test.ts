import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../rate/index.ts';
import { RegistryRepository } from '../repository/registry/registry-repository.ts';
import { startDockerRegistry } from '../testing/docker-registry.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, sampleDisk, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { fetchImage } from './fetch-image.ts';

const keys = testKeys;

async function packed(folder: string, disk = sampleDisk()) {
  const repository = layoutIn(folder);
  await packBytes(repository, '1', disk);
  return { disk, repository, output: join(folder, 'out.img') };
}

describe('fetchImage', () => {
  it('writes the disk, sparse, and tells what it cost', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, output } = await packed(folder.path);
    const receipt = await fetchImage({ repository, tagOrDigest: '1', keys, outputPath: output });
    expect((await readFile(output)).equals(disk)).toBe(true);
    expect((await stat(output)).blocks * 512).toBeLessThan(1_000_000);
    expect(receipt).toMatchObject({ imageBytes: disk.length, bytesFromSeeds: 0, bytesResumed: 0 });
    expect(receipt.bytesDownloaded).toBeGreaterThan(100_000);
    expect(receipt.requests).toBeLessThan(8);
    expect(await readdir(folder.path)).toEqual(['layout', 'out.img']);
  });

  it('replaces an existing file only when told to', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, output } = await packed(folder.path);
    await writeFile(output, 'precious');
    const request = { repository, tagOrDigest: '1', keys, outputPath: output };
    await expect(fetchImage(request)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    expect(await readFile(output, 'utf8')).toBe('precious');
    await fetchImage({ ...request, force: true });
    expect((await readFile(output)).equals(disk)).toBe(true);
  });

  it('takes blocks from disks and from files, whose last block is padded as on a disk', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, output } = await packed(folder.path);
    const files = join(folder.path, 'files', 'deep');
    await mkdir(files, { recursive: true });
    // The first stretch of the disk, as a file system would hold a file that ends within a block.
    await writeFile(join(files, 'a'), disk.subarray(0, 400_000));
    const some = await fetchImage({
      repository,
      tagOrDigest: '1',
      keys,
      outputPath: output,
      seeds: [dirname(files)],
    });
    expect(some.bytesFromSeeds).toBeGreaterThan(380_000);
    expect((await readFile(output)).equals(disk)).toBe(true);
    const second = join(folder.path, 'second.img');
    const all = await fetchImage({ repository, tagOrDigest: '1', keys, outputPath: second, seeds: [output] });
    expect((await readFile(second)).equals(disk)).toBe(true);
    expect(all.bytesFromSeeds).toBeGreaterThan(some.bytesFromSeeds);
    expect(all.bytesDownloaded).toBeLessThan(some.bytesDownloaded);
    const missing = fetchImage({
      repository,
      tagOrDigest: '1',
      keys,
      outputPath: `${second}2`,
      seeds: ['/none'],
    });
    await expect(missing).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('takes packs from a pre-staged layout, and passes over one that is damaged', async () => {
    await using folder = await temporaryFolder();
    await using other = await temporaryFolder();
    const { disk, repository, output } = await packed(folder.path);
    await packed(other.path);
    const staged = join(other.path, 'layout');
    const request = { repository, tagOrDigest: '1', keys, seeds: [staged] };
    const good = await fetchImage({ ...request, outputPath: output });
    expect((await readFile(output)).equals(disk)).toBe(true);
    expect(good.bytesFromSeeds).toBeGreaterThan(700_000);
    expect(good.bytesDownloaded).toBeLessThan(20_000);
    const blobs = join(staged, 'blobs', 'sha256');
    for (const name of await readdir(blobs)) {
      const bytes = await readFile(join(blobs, name));
      if (bytes.length > 100_000) bytes[50_000] = (bytes[50_000] ?? 0) ^ 1;
      await writeFile(join(blobs, name), bytes);
    }
    const bad = await fetchImage({ ...request, outputPath: `${output}2` });
    expect((await readFile(`${output}2`)).equals(disk)).toBe(true);
    expect(bad.bytesDownloaded).toBeGreaterThan(good.bytesDownloaded);
  });

  it('goes on with what another run left, whatever that is', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, output } = await packed(folder.path);
    const partial = Buffer.from(disk);
    partial.fill(0, 0, 100_000);
    partial.fill(9, 1_900_000, 1_960_000);
    partial.fill(7, 200_000, 200_001);
    await writeFile(`${output}.partial`, Buffer.concat([partial, Buffer.alloc(5000, 1)]));
    const receipt = await fetchImage({ repository, tagOrDigest: '1', keys, outputPath: output });
    expect((await readFile(output)).equals(disk)).toBe(true);
    expect(receipt.bytesResumed).toBeGreaterThan(500_000);
  });

  it('goes on after being killed, without downloading again what was there', async () => {
    await using folder = await temporaryFolder();
    const disk = sampleBytes(12 * 1024 * 1024, 3);
    const { repository, output } = await packed(folder.path, disk);
    const program = fileURLToPath(new URL('../testing/fetch-slowly.ts', import.meta.url));
    const child = spawn(process.execPath, [program, repository.location, output], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(folder.path)).toEqual(['layout', 'out.img.partial', 'out.img.partial.lock']);
    const receipt = await fetchImage({ repository, tagOrDigest: '1', keys, outputPath: output });
    expect((await readFile(output)).equals(disk)).toBe(true);
    expect(receipt.bytesResumed).toBeGreaterThan(1_000_000);
  });

  it('fetches from a registry', async () => {
    await using registry = await startDockerRegistry();
    await using folder = await temporaryFolder();
    const repository = new RegistryRepository({ origin: registry.origin, name: 'images/debian' }, {});
    const disk = sampleDisk(9);
    await packBytes(repository, '1', disk);
    const again = await packBytes(repository, '2', disk);
    expect(again).toMatchObject({ storedBytes: 0, newFrames: 0 });
    const output = join(folder.path, 'out.img');
    const receipt = await fetchImage({ repository, tagOrDigest: again.digest, keys, outputPath: output });
    expect((await readFile(output)).equals(disk)).toBe(true);
    expect(receipt.requests).toBeLessThan(8);
    await repository[Symbol.asyncDispose]();
  });
});

describe.skipIf(process.getuid?.() !== 0)('fetchImage on a small disk', () => {
  const mountTmpfs = (path: string, size: string): AsyncDisposable => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
    return {
      [Symbol.asyncDispose]: () => {
        execFileSync('umount', [path]);
        return Promise.resolve();
      },
    };
  };

  it('says so before it begins when there is too little room', async () => {
    await using folder = await temporaryFolder();
    const { repository } = await packed(folder.path, sampleBytes(4_000_000, 1));
    const small = join(folder.path, 'small');
    await mkdir(small);
    await using _mounted = mountTmpfs(small, '2m');
    const fetching = fetchImage({ repository, tagOrDigest: '1', keys, outputPath: join(small, 'out.img') });
    await expect(fetching).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(small)).toEqual([]);
  });

  it('says so and cleans up when the room runs out on the way', async () => {
    await using folder = await temporaryFolder();
    const { repository } = await packed(folder.path, sampleBytes(4_000_000, 1));
    const small = join(folder.path, 'small');
    await mkdir(small);
    await using _mounted = mountTmpfs(small, '6m');
    let filling: Promise<void> | undefined;
    const fetching = fetchImage({
      repository,
      tagOrDigest: '1',
      keys,
      outputPath: join(small, 'out.img'),
      limiter: createRateLimiter({ rate: [{ speed: { kind: 'absolute', bytesPerSecond: 4_000_000 } }] }),
      onProgress: ({ phase }) => {
        if (phase === 'downloading') filling ??= writeFile(join(small, 'other'), new Uint8Array(5_000_000));
      },
    });
    await expect(fetching).rejects.toMatchObject({ code: 'DISK_FULL' });
    await filling;
    expect(await readdir(small)).toEqual(['other']);
  });

  it('packing into a full disk says so and leaves nothing', async () => {
    await using folder = await temporaryFolder();
    await using _mounted = mountTmpfs(folder.path, '2m');
    const packing = packBytes(layoutIn(folder.path), '1', sampleBytes(6_000_000, 1));
    await expect(packing).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(join(folder.path, 'layout', 'blobs', 'sha256'))).toEqual([]);
  });
});
