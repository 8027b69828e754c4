import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fetchImage,
  openKeyring,
  openRepository,
  parseReference,
  tagOrDigestOf,
} from '../packages/imaging/src/index.ts';
import { startDockerRegistry, type TestRegistry } from '../packages/imaging/src/testing/docker-registry.ts';
import { sampleBytes } from '../packages/imaging/src/testing/memory-disk.ts';
import { failCarrelAt, killCarrelAt, killCarrelWhen, type Step } from './support/killed-carrel.ts';
import { type RegistryProxy, startRegistryProxy } from './support/registry-proxy.ts';
import { runCarrel } from './support/run-carrel.ts';

// kill -9 in the middle of every kind of work: what was there stays right, the same command again succeeds, and
// nothing that a killed run left stays behind.

const run = promisify(execFile);

let folder: string;
let first: string;
let second: string;
let registry: TestRegistry;
let proxy: RegistryProxy;
/** A layout with the first disk as version 1. */
let seed: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-killed-'));
  [first, second, seed] = ['first.raw', 'second.raw', 'seed'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const disk = sampleBytes(2 * 1024 ** 2, 1);
  await writeFile(first, disk);
  disk.set(sampleBytes(300_000, 2), 1024 ** 2);
  await writeFile(second, disk);
  registry = await startDockerRegistry();
  proxy = await startRegistryProxy(registry.origin);
  await carrel('image', 'pack', first, '--to', `oci:${seed}:disk:1`, '--exact');
  // From now on its index is kept on this computer, so that the steps of a fetch are those of the disk alone.
  await carrel('image', 'fetch', `oci:${seed}:disk:1`, '-o', join(folder, 'warm.raw'));
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const environment = (): Record<string, string> => ({
  XDG_CONFIG_HOME: join(folder, 'config'),
  XDG_CACHE_HOME: join(folder, 'cache'),
});

/** Runs a command that must succeed. */
async function carrel(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCarrel(args, environment());
  if (code !== 0) throw new Error(`carrel ${args.join(' ')} ended with ${code}: ${stderr}`);
}

async function expectHolds(text: string, disk: string, config = 'config'): Promise<void> {
  const reference = parseReference(text);
  await using repository = openRepository(reference);
  const outputPath = join(folder, 'checked.raw');
  const keys = openKeyring(join(folder, config, 'carrel', 'keyring.json'));
  await fetchImage({ repository, tagOrDigest: tagOrDigestOf(reference), keys, outputPath, force: true });
  await run('cmp', [disk, outputPath]);
}

async function filesOf(path: string): Promise<string[]> {
  return (await readdir(path, { recursive: true })).toSorted();
}

describe('kill -9 of pack', () => {
  // A blob is written, made durable, renamed; at last the index, under its lock.
  const steps: readonly Step[] = [
    ['fsync', 1],
    ['rename', 1],
    ['rename', 4],
    ['fsync', 10],
  ];

  it.each(steps)('at %s number %i leaves the layout whole', async (...step) => {
    const layout = join(folder, `layout-${step.join('-')}`);
    const packed = ['image', 'pack', second, '--to', `oci:${layout}:disk:2`, '--exact'];
    await cp(seed, layout, { recursive: true });
    expect(await killCarrelAt(step, packed, environment())).toBe(true);
    await expectHolds(`oci:${layout}:disk:1`, first);
    await carrel(...packed);
    await expectHolds(`oci:${layout}:disk:2`, second);
    const blobs = (await filesOf(layout)).filter((name) => name.startsWith('blobs/sha256/'));
    // Of either version: manifest, config, root, index, pack.
    expect(blobs).toHaveLength(10);
    expect((await readdir(layout)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it('into nothing, when there is no key yet, leaves what the next one goes on with', async () => {
    const layout = join(folder, 'new');
    const env = { ...environment(), XDG_CONFIG_HOME: join(folder, 'new-config') };
    const packed = ['image', 'pack', first, '--to', `oci:${layout}:disk:1`, '--exact'];
    const early: readonly Step[] = [
      ['fsync', 1],
      ['rename', 1],
      ['mkdir', 2],
      ['fsync', 2],
    ];
    for (const step of early) expect(await killCarrelAt(step, packed, env)).toBe(true);
    expect((await runCarrel(packed, env)).code).toBe(0);
    await expectHolds(`oci:${layout}:disk:1`, first, 'new-config');
    expect(await readdir(join(folder, 'new-config/carrel'))).toEqual(['keyring.json']);
    expect((await readdir(layout)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it.each([5, 11])('at request %i to a registry leaves the registry whole', async (last) => {
    const name = `killed-at-${last}/disk`;
    await carrel('image', 'pack', first, '--to', `${registry.origin}/${name}:1`, '--exact');
    const packed = ['image', 'pack', second, '--to', `${proxy.origin}/${name}:2`, '--exact'];
    proxy.reset();
    const arm = (kill: () => void): void => {
      proxy.onRequest = (number) => {
        if (number === last) kill();
      };
    };
    expect(await killCarrelWhen(arm, packed, environment())).toBe(true);
    await expectHolds(`${registry.origin}/${name}:1`, first);
    proxy.reset();
    await carrel(...packed);
    await expectHolds(`${registry.origin}/${name}:2`, second);
  });
});

describe('kill -9 of fetch', () => {
  const steps: readonly Step[] = [
    ['pwrite64', 1],
    ['fsync', 1],
    ['rename', 1],
    ['fsync', 2],
  ];

  it.each(steps)('at %s number %i leaves what the next one goes on with', async (...step) => {
    const target = join(folder, `target-${step.join('-')}`);
    const fetched = ['image', 'fetch', `oci:${seed}:disk:1`, '-o', join(target, 'disk.raw')];
    expect(await killCarrelAt(step, fetched, environment())).toBe(true);
    // Under its own name there is the whole disk or nothing.
    if ((await readdir(target)).includes('disk.raw')) await run('cmp', [first, join(target, 'disk.raw')]);
    await carrel(...fetched, '--force');
    await run('cmp', [first, join(target, 'disk.raw')]);
    expect(await readdir(target)).toEqual(['disk.raw']);
  });
});

describe('kill -9 of gc', () => {
  const steps: readonly Step[] = [
    ['rename', 1],
    ['unlink', 2],
    ['unlink', 4],
  ];

  it.each(steps)('at %s number %i leaves the versions that are kept whole', async (...step) => {
    const layout = join(folder, `collected-${step.join('-')}`);
    await cp(seed, layout, { recursive: true });
    await carrel('image', 'pack', second, '--to', `oci:${layout}:disk:2`, '--exact');
    const collected = ['image', 'gc', `oci:${layout}`, '--keep', '1', '--grace', '0s'];
    expect(await killCarrelAt(step, collected, environment())).toBe(true);
    await expectHolds(`oci:${layout}:disk:2`, second);
    await carrel(...collected);
    await expectHolds(`oci:${layout}:disk:2`, second);
    // What the newer version needs: its manifest, config and root; index and pack, its own and the older ones.
    const files = await filesOf(layout);
    expect(files.filter((name) => name.startsWith('blobs/sha256/'))).toHaveLength(7);
    expect((await readdir(layout)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
    await carrel('image', 'verify', `oci:${layout}:disk:2`);
  });

  it('removes what a killed pack left', async () => {
    const layout = join(folder, 'collected-partial');
    await cp(seed, layout, { recursive: true });
    const before = await filesOf(layout);
    const packed = ['image', 'pack', second, '--to', `oci:${layout}:disk:2`, '--exact'];
    expect(await killCarrelAt(['fsync', 3], packed, environment())).toBe(true);
    expect(await filesOf(layout)).not.toEqual(before);
    await carrel('image', 'gc', `oci:${layout}`, '--grace', '0s');
    expect(await filesOf(layout)).toEqual(before);
  });
});

describe('no room left', () => {
  const steps: readonly Step[] = [
    ['fsync', 1],
    ['fsync', 10],
    ['rename', 6],
  ];

  it.each(steps)('at %s number %i of pack is told, and nothing stays of it', async (...step) => {
    const layout = join(folder, `full-${step.join('-')}`);
    await cp(seed, layout, { recursive: true });
    const before = await filesOf(layout);
    const packed = ['image', 'pack', second, '--to', `oci:${layout}:disk:2`, '--exact', '--json'];
    const { code, stderr } = await failCarrelAt(step, packed, environment());
    expect(stderr).toContain('"code":"DISK_FULL"');
    expect(code).toBe(1);
    expect(await filesOf(layout)).toEqual(before);
    await carrel(...packed);
    await expectHolds(`oci:${layout}:disk:2`, second);
  });

  it.each([
    ['mkdir', 1],
    ['pwrite64', 1],
    ['rename', 1],
  ] satisfies Step[])('at %s number %i of fetch is told, and nothing stays of it', async (...step) => {
    const target = join(folder, `full-target-${step.join('-')}`);
    const fetched = ['image', 'fetch', `oci:${seed}:disk:1`, '-o', join(target, 'disk.raw'), '--json'];
    const { code, stderr } = await failCarrelAt(step, fetched, environment());
    expect(stderr).toContain('"code":"DISK_FULL"');
    expect(code).toBe(1);
    expect((await filesOf(folder)).filter((name) => name.startsWith(`${basename(target)}/`))).toEqual([]);
    await carrel(...fetched);
    await run('cmp', [first, join(target, 'disk.raw')]);
  });
});
