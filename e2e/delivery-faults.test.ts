import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startDockerRegistry, type TestRegistry } from '../packages/imaging/src/testing/docker-registry.ts';
import { sampleBytes } from '../packages/imaging/src/testing/memory-disk.ts';
import { expectFailure } from './support/failing-command.ts';
import { type RegistryProxy, startRegistryProxy } from './support/registry-proxy.ts';
import { runCarrel } from './support/run-carrel.ts';

// Between us and the registry sits something that gives other bytes than those that were pushed. The outcome is the
// right disk from elsewhere, or an error that names who gave them; never a wrong byte.

const run = promisify(execFile);
const manifestSchema = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest: z.string(), size: z.int() })),
});
const receiptSchema = z.object({
  sources: z.array(z.object({ name: z.string(), kind: z.string(), bytes: z.int() })),
});

/** The layers of one kind of a version. */
type Layers = z.infer<typeof manifestSchema>['layers'];

let folder: string;
let registry: TestRegistry;
let proxy: RegistryProxy;
let first: string;
let second: string;
/** Packs, roots and index blobs of both versions, as pushed. */
let packs: readonly [Layers, Layers];
let roots: readonly [Layers, Layers];
let mirror: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-faults-'));
  registry = await startDockerRegistry();
  proxy = await startRegistryProxy(registry.origin);
  [first, second] = [join(folder, 'first.raw'), join(folder, 'second.raw')];
  const disk = sampleBytes(2 * 1024 ** 2, 1);
  await writeFile(first, disk);
  disk.set(sampleBytes(700_000, 2), 1024 ** 2);
  await writeFile(second, disk);
  await carrel('image', 'pack', first, '--to', `${registry.origin}/disk:1`, '--exact');
  await carrel('image', 'pack', second, '--to', `${registry.origin}/disk:2`, '--exact');
  mirror = `oci:${join(folder, 'mirror')}:disk:2`;
  await run('skopeo', [
    '--insecure-policy',
    'copy',
    '--src-tls-verify=false',
    `docker://${new URL(registry.origin).host}/disk:2`,
    mirror,
  ]);
  const layers = await Promise.all(['1', '2'].map(layersOf));
  const ofKind = (kind: string): [Layers, Layers] => {
    const [one = [], two = []] = layers.map((all) => all.filter(({ mediaType }) => mediaType.includes(kind)));
    return [one, two];
  };
  packs = ofKind('.pack.');
  roots = ofKind('.root.');
}, 120_000);
beforeEach(() => proxy.reset());
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const environment = (): Record<string, string> => ({
  XDG_CONFIG_HOME: join(folder, 'config'),
  XDG_CACHE_HOME: join(folder, 'cache'),
});
const output = (): string => join(folder, 'fetched.raw');
const fetchThroughProxy = (): string[] => ['image', 'fetch', `${proxy.origin}/disk:2`, '-o', output()];

/** Runs a command that must succeed and gives what it printed. */
async function carrel(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCarrel(args, environment());
  if (code !== 0) throw new Error(`carrel ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

async function layersOf(tag: string): Promise<Layers> {
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const answer = await fetch(`${registry.origin}/v2/disk/manifests/${tag}`, { headers: { accept } });
  return manifestSchema.parse(await answer.json()).layers;
}

async function pushed(layer: Layers[number] | undefined): Promise<Buffer> {
  const answer = await fetch(`${registry.origin}/v2/disk/blobs/${layer?.digest ?? ''}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** The packs that only one of the versions has, which are the largest of what it needs. */
function ownPack(version: 0 | 1): Layers[number] {
  const others = packs[1 - version]?.map(({ digest }) => digest) ?? [];
  const own = packs[version].find(({ digest }) => !others.includes(digest)) ?? packs[version][0];
  if (own === undefined) throw new Error('The version has a pack.');
  return own;
}

interface Tampering {
  readonly what: string;
  /** Bytes in the place of those of the newest pack. */
  readonly make: (original: Buffer) => Buffer | Promise<Buffer>;
}

const tamperings: readonly Tampering[] = [
  {
    what: 'one byte changed',
    make: (original) => {
      const changed = Buffer.from(original);
      const at = Math.floor(changed.length / 2);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return changed;
    },
  },
  { what: 'cut short', make: (original) => original.subarray(0, original.length - 5000) },
  {
    what: 'swapped for a pack of the older version',
    make: async (original) => {
      const other = await pushed(packs[0][0]);
      return Buffer.concat([other, other]).subarray(0, original.length);
    },
  },
  { what: 'noise', make: (original) => randomBytes(original.length) },
  { what: 'nothing', make: () => Buffer.alloc(0) },
];

describe('a pack with', () => {
  it.each(tamperings)('$what is an error that names the source', async ({ make }) => {
    const pack = ownPack(1);
    proxy.replaceBlob(pack.digest, await make(await pushed(pack)));
    const failure = { code: 'IMAGE_DATA_DAMAGED', exitCode: 7, says: proxy.origin } as const;
    await expectFailure(fetchThroughProxy(), environment(), failure);
    expect(await readdir(folder)).not.toContain('fetched.raw');
  });

  it.each(tamperings)(
    '$what from a mirror is the right disk from elsewhere, and is told',
    async ({ make }) => {
      const pack = ownPack(1);
      proxy.replaceBlob(pack.digest, await make(await pushed(pack)));
      const args = ['image', 'fetch', `${registry.origin}/disk:2`, '-o', output(), '--force', '--json'];
      const fetched = await runCarrel([...args, '--mirror', `${proxy.origin}/disk:2`], environment());
      expect(fetched.code, fetched.stderr).toBe(0);
      await run('cmp', [second, output()]);
      expect(fetched.stderr).toMatch(new RegExp(`^refused: .*${proxy.origin}`, 'm'));
      const { sources } = receiptSchema.parse(JSON.parse(fetched.stdout));
      expect(sources.find(({ kind }) => kind === 'origin')?.bytes).toBeGreaterThan(100_000);
      await rm(output());
    },
  );

  it('noise from the origin is the right disk from a mirror', async () => {
    const pack = ownPack(1);
    proxy.replaceBlob(pack.digest, randomBytes(pack.size));
    await carrel(...fetchThroughProxy(), '--mirror', mirror, '--force');
    await run('cmp', [second, output()]);
    await rm(output());
  });

  it('noise from origin and mirror is an error', async () => {
    const pack = ownPack(1);
    proxy.replaceBlob(pack.digest, randomBytes(pack.size));
    const args = [
      ...fetchThroughProxy(),
      '--mirror',
      `${proxy.origin.replace('127.0.0.1', 'localhost')}/disk:2`,
    ];
    const { code, stderr } = await runCarrel([...args, '--json'], environment());
    expect(stderr).toContain('"code":"IMAGE_DATA_DAMAGED"');
    expect(code).toBe(7);
    expect(await readdir(folder)).not.toContain('fetched.raw');
  });
});

describe('an index', () => {
  it('of the older version in the place of the newer one is an error that names the source', async () => {
    const [older, newer] = [roots[0][0], roots[1][0]];
    proxy.replaceBlob(newer?.digest ?? '', await pushed(older));
    const failure = { code: 'IMAGE_DATA_DAMAGED', exitCode: 7, says: proxy.origin } as const;
    await expectFailure(fetchThroughProxy(), environment(), failure);
  });

  it('of the older version over packs of the newer one is an error that names the source', async () => {
    const [older, newer] = [ownPack(0), ownPack(1)];
    const bytes = await pushed(newer);
    proxy.replaceBlob(older.digest, Buffer.concat([bytes, bytes, bytes, bytes]).subarray(0, older.size));
    const args = ['image', 'fetch', `${proxy.origin}/disk:1`, '-o', output()];
    const failure = { code: 'IMAGE_DATA_DAMAGED', exitCode: 7, says: proxy.origin } as const;
    await expectFailure(args, environment(), failure);
  });
});

describe('a key', () => {
  it('of another repository opens nothing', async () => {
    const keyFile = join(folder, 'other.key');
    await writeFile(keyFile, `${randomBytes(32).toString('base64url')}\n`);
    const args = [...fetchThroughProxy(), '--key-file', keyFile];
    await expectFailure(args, environment(), { code: 'IMAGE_KEY_WRONG', exitCode: 4 });
    expect(await readdir(folder)).not.toContain('fetched.raw');
  });
});
