import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDirectory } from '../index/frame-directory.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { chooseFrames } from './choose-frames.ts';
import { checkImage, verifyImage } from './verify-image.ts';

const disk = sampleBytes(12 * 1024 * 1024, 3);

async function packed(folder: string) {
  const repository = layoutIn(folder);
  await packBytes(repository, '1', disk);
  const blobs = join(folder, 'layout', 'blobs', 'sha256');
  const sizes = await Promise.all(
    (await readdir(blobs)).map(async (name) => ({ name, size: (await stat(join(blobs, name))).size })),
  );
  const { name } = sizes.reduce((a, b) => (b.size > a.size ? b : a));
  return {
    location: { repository, tagOrDigest: '1', keys: testKeys, threads: 2 },
    pack: join(blobs, name),
    digest: `sha256:${name}`,
  };
}

describe('checkImage', () => {
  it('lists every damaged frame with its pack and offset, and no whole one', async () => {
    await using folder = await temporaryFolder();
    const { location, pack, digest } = await packed(folder.path);
    const bytes = await readFile(pack);
    const places = [5, 100_000, 100_001, Math.floor(bytes.length / 2), bytes.length - 3];
    for (const place of places) bytes[place] = (bytes[place] ?? 0) ^ 1;
    await writeFile(pack, bytes);
    const receipt = await checkImage(location);
    // Two of the places are in one frame.
    expect(receipt.problemCount).toBe(4);
    const offsets = receipt.problems.map(({ offsetBytes }) => offsetBytes ?? -1).toSorted((a, b) => a - b);
    expect(receipt.problems.every(({ blob }) => blob === digest)).toBe(true);
    for (const [at, place] of [5, 100_000, Math.floor(bytes.length / 2), bytes.length - 3].entries()) {
      const offset = offsets[at] ?? -1;
      expect(offset).toBeLessThanOrEqual(place);
      expect(offset).toBeGreaterThan(place - 65_552);
    }
    await expect(verifyImage(location)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
  });

  it('says that a pack is missing, or has another size', async () => {
    await using folder = await temporaryFolder();
    const { location, pack, digest } = await packed(folder.path);
    await writeFile(pack, Buffer.concat([await readFile(pack), Buffer.alloc(1)]));
    expect((await checkImage(location)).problems).toMatchObject([{ blob: digest, offsetBytes: null }]);
    await rm(pack);
    const receipt = await checkImage({ ...location, sample: { share: 0.01 } });
    expect(receipt.problems).toMatchObject([{ blob: digest, error: { code: 'IMAGE_DATA_MISSING' } }]);
  });

  it('reads a sample, the same for the same number, and tells how much it covers', async () => {
    await using folder = await temporaryFolder();
    const { location } = await packed(folder.path);
    const whole = await checkImage(location);
    expect(whole).toMatchObject({ problemCount: 0, seedNumber: null, framesChecked: whole.frames });
    expect(whole.bytesChecked).toBe(whole.bytesTotal);
    const sample = await checkImage({ ...location, sample: { share: 0.05 }, seedNumber: 9 });
    expect(sample).toMatchObject({
      framesChecked: Math.ceil(whole.frames * 0.05),
      seedNumber: 9,
      problemCount: 0,
    });
    expect(sample.bytesRead).toBeLessThan(whole.bytesRead / 2);
    const again = await checkImage({ ...location, sample: { share: 0.05 }, seedNumber: 9 });
    expect(again.bytesChecked).toBe(sample.bytesChecked);
    const bytes = await checkImage({ ...location, sample: { bytes: 300_000 } });
    expect(bytes.bytesChecked).toBeGreaterThanOrEqual(300_000);
    expect(bytes.bytesChecked).toBeLessThan(300_000 + 65_552);
  });

  it('finds damage in the sample that covers it', async () => {
    await using folder = await temporaryFolder();
    const { location, pack } = await packed(folder.path);
    const bytes = await readFile(pack);
    for (let at = 100; at < bytes.length; at += 60_000) bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(pack, bytes);
    const receipt = await checkImage({ ...location, sample: { share: 0.1 }, seedNumber: 1 });
    expect(receipt.problemCount).toBeGreaterThan(0);
    expect(receipt.problemCount).toBeLessThanOrEqual(receipt.framesChecked);
  });
});

describe('chooseFrames', () => {
  it('chooses each at most once, ascending, as many as asked for, and all of them in the long run', () => {
    const count = 200;
    const table = {
      blockCounts: new Uint8Array(count).fill(1),
      storedBytes: new Uint32Array(count).fill(100),
      ids: new Uint8Array(count * 16),
    };
    const frames = new FrameDirectory([table]);
    const seen = new Set<number>();
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seedNumber, share) => {
        const chosen = [...chooseFrames(frames, { share }, seedNumber)];
        expect(chosen).toHaveLength(Math.max(1, Math.ceil(share * count)));
        expect(chosen).toEqual([...new Set(chosen)].toSorted((a, b) => a - b));
        for (const frame of chooseFrames(frames, { bytes: 950 }, seedNumber)) seen.add(frame);
      }),
      { seed: 1 },
    );
    expect(seen.size).toBe(count);
  });
});
