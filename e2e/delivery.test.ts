import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bootGuest } from '../packages/imaging/src/build/testing/boot-guest.ts';
import { tinyDisk } from '../packages/imaging/src/build/testing/tiny-disk.ts';
import { startDockerRegistry, type TestRegistry } from '../packages/imaging/src/testing/docker-registry.ts';
import { runCarrel } from './support/run-carrel.ts';
import { serveImage } from './support/serve-image.ts';

// The judges are programs of others: skopeo and docker-registry for what lies in a repository, libnbd and QEMU for
// what is served from it, and a guest that boots.

const run = promisify(execFile);
const layersSchema = z.object({ Digest: z.string(), Layers: z.array(z.string()).min(2) });
const packedSchema = z.object({ digest: z.string(), newFrames: z.int() });

let folder = '';
let disk = '';
let layout = '';
let digest = '';
let registry: TestRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-delivery-'));
  disk = await tinyDisk();
  layout = join(folder, 'layout');
  const packed = await carrel('image', 'pack', disk, '--to', `oci:${layout}:tiny:1`, '--exact', '--json');
  ({ digest } = packedSchema.parse(JSON.parse(packed)));
  registry = await startDockerRegistry();
}, 300_000);
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function environment(): Record<string, string> {
  return { XDG_CONFIG_HOME: join(folder, 'config') };
}

/** Runs a command that must succeed and gives what it printed. */
async function carrel(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCarrel(args, environment());
  if (code !== 0) throw new Error(`carrel ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

async function skopeo(...args: string[]): Promise<string> {
  return (await run('skopeo', ['--insecure-policy', ...args])).stdout;
}

/** Rejects at the first byte that differs, and when one is longer. */
async function assertEqualsSource(file: string): Promise<void> {
  await run('cmp', [disk, file]);
}

describe('a packed image in the hands of other tools', () => {
  it('is an image to skopeo', async () => {
    const inspected = layersSchema.parse(JSON.parse(await skopeo('inspect', `oci:${layout}:tiny:1`)));
    expect(inspected.Digest).toBe(digest);
  });

  it('survives a way through a registry and back, by skopeo, and still boots', async () => {
    const host = new URL(registry.origin).host;
    const copied = `docker://${host}/desktops/tiny:1`;
    await skopeo('copy', '--dest-tls-verify=false', `oci:${layout}:tiny:1`, copied);
    const back = join(folder, 'back');
    await skopeo('copy', '--src-tls-verify=false', copied, `oci:${back}:tiny:1`);

    const fromRegistry = join(folder, 'from-registry.raw');
    await carrel('image', 'fetch', `${registry.origin}/desktops/tiny:1`, '-o', fromRegistry);
    await assertEqualsSource(fromRegistry);
    const fromLayout = join(folder, 'from-layout.raw');
    await carrel('image', 'fetch', `oci:${back}:tiny:1`, '-o', fromLayout);
    await assertEqualsSource(fromLayout);

    await using guest = await bootGuest({ disk: fromRegistry, firmware: 'bios' });
    expect(await guest.shell('cat /var/lib/boots')).toBe('1\n');
  });

  it('gives the same manifest when it is packed straight to the registry', async () => {
    const reference = `${registry.origin}/direct/tiny:1`;
    const packed = packedSchema.parse(
      JSON.parse(await carrel('image', 'pack', disk, '--to', reference, '--exact', '--json')),
    );
    const inspected = await skopeo('inspect', '--tls-verify=false', dockerReference(reference));
    expect(layersSchema.parse(JSON.parse(inspected)).Digest).toBe(packed.digest);
    await carrel('image', 'verify', reference);
  });
});

describe('an image served over NBD', () => {
  it('is the source disk to libnbd and QEMU', async () => {
    await using served = await serveImage(`oci:${layout}:tiny:1`, join(folder, 'nbd.sock'), environment());
    const infoSchema = z.object({
      protocol: z.literal('newstyle-fixed'),
      exports: z.tuple([z.object({ 'export-size': z.int(), is_read_only: z.boolean() })]),
    });
    const info = infoSchema.parse(JSON.parse((await run('nbdinfo', ['--json', served.uri])).stdout));
    expect(info.exports[0]).toEqual({ 'export-size': (await stat(disk)).size, is_read_only: true });
    await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', disk, served.uri]);
    const copy = join(folder, 'nbdcopy.raw');
    await run('nbdcopy', [served.uri, copy]);
    await assertEqualsSource(copy);
  });

  it('keeps holes holes', async () => {
    await using served = await serveImage(`oci:${layout}:tiny:1`, join(folder, 'holes.sock'), environment());
    const totals = (await run('nbdinfo', ['--map', '--totals', '--json', served.uri])).stdout;
    const schema = z.array(z.object({ size: z.int(), description: z.string() }));
    const holes = schema.parse(JSON.parse(totals)).find((row) => row.description === 'hole,zero');
    expect(holes?.size).toBeGreaterThan(16 * 1024 ** 2);
  });
});

describe('an update', () => {
  it('brings over only what changed when the older version is the seed', async () => {
    const newer = join(folder, 'newer.raw');
    await run('cp', ['--sparse=always', disk, newer]);
    const changed = 256 * 1024;
    await using file = await open(newer, 'r+');
    await file.write(Buffer.alloc(changed, 'a new version of some file. '), 0, changed, 40 * 1024 ** 2);
    const reference = `${registry.origin}/update/tiny`;
    await carrel('image', 'pack', disk, '--to', `${reference}:1`, '--exact');
    await carrel('image', 'pack', newer, '--to', `${reference}:2`, '--exact');
    const output = join(folder, 'updated.raw');
    const printed = await carrel('image', 'fetch', `${reference}:2`, '-o', output, '--seed', disk, '--json');
    const schema = z.object({ bytesDownloaded: z.int(), bytesFromSeeds: z.int() });
    const receipt = schema.parse(JSON.parse(printed));
    await run('cmp', [newer, output]);
    expect(receipt.bytesDownloaded).toBeLessThan(1024 ** 2);
    expect(receipt.bytesFromSeeds).toBeGreaterThan(16 * 1024 ** 2);
  });
});

function dockerReference(reference: string): string {
  return `docker://${reference.slice(`${new URL(reference).protocol}//`.length)}`;
}
