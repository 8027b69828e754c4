import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type BootRun, setBootOrder } from '../boot-order/index.ts';
import { openImage } from '../image/open-image.ts';
import { openVersion } from '../index/open-version.ts';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { createBlockIdentifier } from './block-id.ts';
import { deriveImageKeys } from './key-schedule.ts';

// The vectors are the format: a change that alters what they decode to needs a new version (docs/image-format.md).
const golden = fileURLToPath(new URL('./testing/golden', import.meta.url));
// The same images as this writer compresses them. UPDATE_GOLDEN=1 writes them anew.
const written = fileURLToPath(new URL('./testing/written', import.meta.url));

/** Block n holds n in every byte; 0 is a hole. Described in docs/image-format.md. */
function goldenDisk(blocks: readonly number[], tail: number): Uint8Array {
  const disk = new Uint8Array(blocks.length * 4096 + tail);
  for (const [at, value] of blocks.entries()) disk.fill(value, at * 4096, (at + 1) * 4096);
  disk.fill(255, blocks.length * 4096);
  return disk;
}

const first = goldenDisk([1, 2, 0, 0, 1, ...Array.from({ length: 20 }, (_, at) => at + 3)], 100);
const second = goldenDisk([1, 2, 0, 0, 99, ...Array.from({ length: 20 }, (_, at) => at + 4)], 100);

const bootOrder: readonly BootRun[] = [
  [24, 2],
  [4, 3],
];

describe('golden vectors', () => {
  it('are packed as this writer packs them', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path, 'golden');
    await packBytes(repository, '1', first);
    await packBytes(repository, '2', second);
    await setBootOrder({ repository, tagOrDigest: '2', tag: '3', keys: testKeys, runs: bootOrder });
    const made = await readTree(repository.location);
    if (process.env['UPDATE_GOLDEN'] === '1') await writeTree(written, made);
    expect([...made.keys()]).toEqual([...(await readTree(written)).keys()]);
    expect(made).toEqual(await readTree(written));
  });

  it.each([
    ['1', first, golden],
    ['2', second, golden],
    ['3', second, golden],
    ['1', first, written],
    ['2', second, written],
    ['3', second, written],
  ])('are read as version %s', async (tag, disk, path) => {
    const repository = new LayoutRepository({ path, name: 'golden' });
    await using image = await openImage({ repository, tagOrDigest: tag, keys: testKeys });
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
  });

  it('hold the boot order of version 3, which shares all data with version 2', async () => {
    const repository = new LayoutRepository({ path: golden, name: 'golden' });
    const [two, three] = await Promise.all(
      ['2', '3'].map((tagOrDigest) => openVersion({ repository, tagOrDigest, keys: testKeys }, {})),
    );
    expect(three?.root).toEqual({ ...two?.root, bootOrder });
    expect(three?.manifest.packs).toEqual(two?.manifest.packs);
  });

  it('pin keys and block ids', () => {
    const keys = deriveImageKeys(Uint8Array.from({ length: 32 }, (_, at) => at));
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const identify = createBlockIdentifier(keys);
    expect({
      blockKey: hex(keys.blockId),
      frameEncryption: hex(keys.frame.encryption),
      frameIdentity: hex(keys.frame.identity),
      sectionEncryption: hex(keys.section.encryption),
      sectionIdentity: hex(keys.section.identity),
      blockOfOnes: hex(identify(new Uint8Array(4096).fill(1))),
    }).toMatchInlineSnapshot(`
      {
        "blockKey": "c1c9ee72df26fa7f1cf0f3b4b1bc4f5484a14b49ff4f2f9675f590c2d7753273e5759748ca1342bd4fc53e40d7cccc27cf438a9f60955c3ce2d19682ff82e20a",
        "blockOfOnes": "644673da3a90bb6f3ea748753f4023d8",
        "frameEncryption": "0f84698d70b979702232b543f5fffa80f9bfe1bed8a1fdd5abdb34bc7d2c91e5",
        "frameIdentity": "4d1daee16671756d929b7f6af7fca2a0ff7900b572bba890c2ed702c3a96b77f",
        "sectionEncryption": "c8d123f1e124803ec62e949860dec5e411cff0f15a1a33913c13a29571c53d01",
        "sectionIdentity": "eb727f9c598893bffe5270975c0cb33810747fe1fcd3ecfdf522fa282ea2a4c3",
      }
    `);
  });
});

async function readTree(folder: string): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    tree.set(path.slice(folder.length), (await readFile(path)).toString('base64'));
  }
  return new Map([...tree].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function writeTree(folder: string, tree: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, content] of tree) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), Buffer.from(content, 'base64'));
  }
}
