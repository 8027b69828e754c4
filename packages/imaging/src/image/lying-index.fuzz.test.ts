import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fetchImage } from '../fetch/fetch-image.ts';
import type { PackEntry, RootIndex } from '../format/root-index.ts';
import type { SectionKind } from '../format/section-codec.ts';
import {
  forgeSection,
  forgeVersion,
  type HonestImage,
  openSection,
  packHonestly,
} from '../testing/forged-image.ts';
import { fuzzRuns } from '../testing/fuzz-runs.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { mutatedJson } from '../testing/mutated-json.ts';
import { mutated } from '../testing/mutations.ts';
import { outcomeOf } from '../testing/outcome.ts';
import { packBytes, sampleDisk, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { verifyImage } from '../verify/verify-image.ts';
import { openImage } from './open-image.ts';

// Whoever may write to a repository and holds its key can seal any index. What then may not happen: a failure without
// a code, a reader that hangs, room made for what is only claimed.

const disk = sampleDisk();
const codes = ['IMAGE_DATA_DAMAGED', 'IMAGE_NOT_CARREL', 'IMAGE_FORMAT_NEWER'] as const;
const forged = (image: HonestImage) => ({
  repository: image.repository,
  tagOrDigest: 'forged',
  keys: testKeys,
});

/** Opens the forged version and reads all of it, in parts as a guest does; at most 64 MiB of it. */
async function readForged(image: HonestImage): Promise<void> {
  await outcomeOf(async () => {
    await using reader = await openImage(forged(image));
    const end = Math.min(reader.sizeBytes, 64 * 1024 ** 2);
    for (let offset = 0; offset < end; offset += 1024 ** 2) {
      const length = Math.min(1024 ** 2, end - offset);
      const part = await outcomeOf(() => reader.read(offset, length), codes);
      if (part) expect(part.length).toBe(length);
    }
  }, codes);
  expect(image.repository.largestRangeBytes).toBeLessThan(128 * 1024 ** 2);
}

/** The root with another section in the place of one of its own. */
function withSection(image: HonestImage, kind: SectionKind, raw: Uint8Array): RootIndex {
  const { root } = image;
  const { blob, section } = forgeSection(image, kind, raw);
  const reference = { ...section, blob: root.indexBlobs.length };
  const indexBlobs = [...root.indexBlobs, blob];
  if (kind === 'segment') return { ...root, indexBlobs, segments: [reference] };
  const packs = root.packs.map((pack): PackEntry => ({ ...pack, [kind]: reference }));
  return { ...root, indexBlobs, packs };
}

function honestSection(image: HonestImage, kind: SectionKind): Uint8Array {
  const [segment, pack] = [image.root.segments[0], image.root.packs[0]];
  if (!segment || !pack) throw new Error('The sample has a segment and a pack.');
  if (kind === 'segment') return openSection(image, kind, segment);
  return openSection(image, kind, kind === 'frameTable' ? pack.frameTable : pack.idTable);
}

describe('an index that lies', () => {
  it('in its root is refused with a code, or read', async () => {
    const image = await packHonestly(disk);
    const property = fc.asyncProperty(mutatedJson(image.root), async (root) => {
      forgeVersion(image, root);
      await readForged(image);
    });
    await fc.assert(property, fuzzRuns(400));
  });

  it.each(['segment', 'frameTable'] as const)('in its %s is refused with a code, or read', async (kind) => {
    const image = await packHonestly(disk);
    const property = fc.asyncProperty(mutated(honestSection(image, kind)), async (raw) => {
      forgeVersion(image, withSection(image, kind, raw));
      await readForged(image);
    });
    await fc.assert(property, fuzzRuns(200));
  });

  it('does not stop fetching, verifying or packing with anything but a code', async () => {
    await using folder = await temporaryFolder();
    const image = await packHonestly(disk);
    // Only what lies is left to build on.
    image.repository.manifests.delete('1');
    const ids = honestSection(image, 'idTable');
    const table = honestSection(image, 'frameTable');
    const segment = honestSection(image, 'segment');
    const [pack] = image.root.packs;
    const lies: Record<string, unknown> = {
      'too few ids': withSection(image, 'idTable', ids.subarray(0, ids.length - 16)),
      'ids cut within one': withSection(image, 'idTable', ids.subarray(0, ids.length - 3)),
      'no ids': withSection(image, 'idTable', new Uint8Array(0)),
      'too many ids': withSection(image, 'idTable', Buffer.concat([ids, ids])),
      'a cut frame table': withSection(image, 'frameTable', table.subarray(0, 100)),
      'a cut segment': withSection(image, 'segment', segment.subarray(0, segment.length - 1)),
      'a pack with more blocks': { ...image.root, packs: [{ ...pack, blocks: 2 ** 52 }] },
      'a pack with more frames': { ...image.root, packs: [{ ...pack, frames: 2 ** 52 }] },
      'a pack twice': { ...image.root, packs: [pack, pack] },
      'no packs': { ...image.root, packs: [] },
      'a disk of 8 PiB': { ...image.root, virtualSizeBytes: 2 ** 53 - 1 },
      'a smaller disk': { ...image.root, virtualSizeBytes: 4096 },
      'an empty disk': { ...image.root, virtualSizeBytes: 0, segments: [] },
      'more data than disk': { ...image.root, dataBytes: 2 ** 53 - 1 },
    };
    for (const [what, root] of Object.entries(lies)) {
      forgeVersion(image, root);
      const outputPath = join(folder.path, what);
      const request = { ...forged(image), threads: 1 };
      await outcomeOf(() => fetchImage({ ...request, outputPath }), [...codes, 'DISK_FULL']);
      await outcomeOf(() => verifyImage(request), codes);
      const other = sampleBytes(50_000, 77);
      await outcomeOf(() => packBytes(image.repository, 'next', other), codes);
      const next = { repository: image.repository, tagOrDigest: 'next', keys: testKeys };
      await using reader = await openImage(next);
      expect(Buffer.from(await reader.read(0, other.length)).equals(other), what).toBe(true);
      image.repository.manifests.delete('next');
    }
  });
});
