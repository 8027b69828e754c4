import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openImage } from '../image/open-image.ts';
import { packHonestly } from '../testing/forged-image.ts';
import { fuzzRuns } from '../testing/fuzz-runs.ts';
import { mutatedJson } from '../testing/mutated-json.ts';
import { mutated } from '../testing/mutations.ts';
import { outcomeOf } from '../testing/outcome.ts';
import { sampleDisk, testKeys, testMachine } from '../testing/packed-image.ts';
import { mediaTypes } from './constants.ts';
import { digestOf, encodeConfig, encodeManifest, parseConfig, parseManifest } from './manifest.ts';

const honest = await packHonestly(sampleDisk());
const manifestJson: unknown = JSON.parse(Buffer.from(honest.manifestBytes).toString());
const configJson: unknown = JSON.parse(Buffer.from(honest.configBytes).toString());

const refusals = ['IMAGE_NOT_CARREL', 'IMAGE_FORMAT_NEWER'] as const;
const stored = (bytes: Uint8Array) => ({ bytes, mediaType: mediaTypes.manifest, digest: digestOf(bytes) });
const jsonBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const digest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `sha256:${Buffer.from(bytes).toString('hex')}`);
const descriptor = (mediaType: string, maxSize = Number.MAX_SAFE_INTEGER) =>
  fc.record({
    mediaType: fc.constant(mediaType),
    digest,
    size: fc.maxSafeNat().map((size) => size % maxSize),
  });
const config = fc.record({
  formatVersion: fc.constant(1 as const),
  keyId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  virtualSizeBytes: fc.maxSafeNat(),
  dataBytes: fc.maxSafeNat(),
  machine: fc.constant(testMachine),
  provenance: fc.record(
    {
      createdAtSeconds: fc.nat(),
      source: fc.string({ maxLength: 500 }),
      tool: fc.string({ maxLength: 200 }),
    },
    { requiredKeys: [] },
  ),
});

describe('a config', () => {
  it('survives', () => {
    const property = fc.property(config, (made) => {
      expect(parseConfig(encodeConfig(made), 'x')).toEqual(made);
    });
    fc.assert(property, fuzzRuns(300));
  });

  it('is refused with a code or read, whatever became of it', async () => {
    const anything = fc.oneof(mutated(honest.configBytes), mutatedJson(configJson).map(jsonBytes));
    const property = fc.asyncProperty(anything, async (bytes) => {
      await outcomeOf(() => parseConfig(bytes, 'x'), refusals);
    });
    await fc.assert(property, fuzzRuns(2000));
  });
});

describe('a manifest', () => {
  it('survives', () => {
    const parts = fc.record({
      config: descriptor(mediaTypes.config, 4 * 1024 ** 2),
      root: descriptor(mediaTypes.root, 64 * 1024 ** 2),
      indexBlobs: fc.array(descriptor(mediaTypes.index)),
      packs: fc.array(descriptor(mediaTypes.pack)),
    });
    const property = fc.property(config, parts, (about, made) => {
      const bytes = encodeManifest(about, made);
      const expected = { ...made, keyId: about.keyId, digest: digestOf(bytes) };
      expect(parseManifest(stored(bytes), 'x')).toEqual(expected);
    });
    fc.assert(property, fuzzRuns(300));
  });

  it('is refused with a code or read, whatever became of it', async () => {
    const anything = fc.oneof(mutated(honest.manifestBytes), mutatedJson(manifestJson).map(jsonBytes));
    const property = fc.asyncProperty(anything, async (bytes) => {
      await outcomeOf(() => parseManifest(stored(bytes), 'x'), refusals);
    });
    await fc.assert(property, fuzzRuns(2000));
  });

  it('that claims sizes does not make a reader allocate them', async () => {
    const { repository } = honest;
    for (const part of ['config', 'root'] as const) {
      for (const size of [2 ** 53 - 1, 2 ** 40, 2 ** 32, 2 ** 32 - 1, 2 ** 31]) {
        const manifest = parseManifest(stored(honest.manifestBytes), 'x');
        const lying = { ...manifest, [part]: { ...manifest[part], size } };
        repository.manifests.set('lying', stored(encodeManifest(honest.config, lying)));
        repository.largestRangeBytes = 0;
        const opening = outcomeOf(
          () => openImage({ repository, tagOrDigest: 'lying', keys: testKeys }),
          ['IMAGE_NOT_CARREL'],
        );
        expect(await opening).toBeUndefined();
        expect(repository.largestRangeBytes).toBeLessThan(1024 ** 2);
      }
    }
  });
});
