import { expect, it } from 'vitest';
import { mediaTypes } from '../../format/constants.ts';
import { digestOf } from '../../format/manifest.ts';
import { openImage } from '../../image/open-image.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';
import { layoutIn, packBytes, sampleDisk, testKeys } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { verifyImage } from '../../verify/verify-image.ts';

it('a pack that fails does not take away what another has published meanwhile', async () => {
  await using folder = await temporaryFolder();
  const [failing, other] = [layoutIn(folder.path), layoutIn(folder.path)];
  const disk = sampleDisk(6);
  failing.putManifest = async () => {
    await packBytes(other, '2', disk);
    throw new Error('The line went dead.');
  };
  await expect(packBytes(failing, '1', disk)).rejects.toThrow('The line went dead.');
  const location = { repository: other, tagOrDigest: '2', keys: testKeys };
  await verifyImage({ ...location, threads: 1 });
  await using image = await openImage(location);
  expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
});

it('a version whose blobs were taken back before it was published is not published', async () => {
  await using folder = await temporaryFolder();
  const [failing, other] = [layoutIn(folder.path), layoutIn(folder.path)];
  const bytes = sampleBytes(1000, 1);
  const blob = { digest: digestOf(bytes), sizeBytes: bytes.length, chunks: () => [bytes] };
  expect(await failing.writeBlob(blob)).toEqual({ isNew: true });
  expect(await other.writeBlob(blob)).toEqual({ isNew: false });
  await failing.discardBlob(blob.digest);
  const part = { mediaType: mediaTypes.config, digest: blob.digest, size: blob.sizeBytes };
  const json = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: part, layers: [part] };
  const manifest = { bytes: Buffer.from(JSON.stringify(json)), mediaType: mediaTypes.manifest };
  await expect(other.putManifest('2', manifest)).rejects.toMatchObject({ code: 'IMAGE_DATA_MISSING' });
  expect(await other.listTags()).toEqual([]);
});
