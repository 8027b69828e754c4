import { mediaTypes } from '../format/constants.ts';
import { deriveImageKeys } from '../format/key-schedule.ts';
import {
  describe as describeBlob,
  digestOf,
  type ImageConfig,
  parseConfig,
  parseManifest,
} from '../format/manifest.ts';
import { decodeRootIndex, type RootIndex, type SectionReference } from '../format/root-index.ts';
import { decodeSection, encodeSection, type SectionKind } from '../format/section-codec.ts';
import { MemoryRepository } from './memory-repository.ts';
import { packBytes, testKey } from './packed-image.ts';

/** The keys of images packed with the test key. */
export const forgersKeys = deriveImageKeys(testKey.bytes);

/** An image that was packed honestly, taken apart. */
export interface HonestImage {
  readonly repository: MemoryRepository;
  readonly digest: string;
  readonly manifestBytes: Uint8Array;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  readonly root: RootIndex;
  readonly rootBytes: Uint8Array;
}

/** Packs a disk in memory, as version 1. */
export async function packHonestly(disk: Uint8Array): Promise<HonestImage> {
  const repository = new MemoryRepository();
  const { digest } = await packBytes(repository, '1', disk);
  const stored = await repository.resolve('1');
  const manifest = parseManifest(stored, 'honest');
  const blob = (wanted: string): Uint8Array => repository.blobs.get(wanted) ?? new Uint8Array(0);
  const [configBytes, rootBytes] = [blob(manifest.config.digest), blob(manifest.root.digest)];
  const config = parseConfig(configBytes, 'honest');
  const root = decodeRootIndex(forgersKeys, rootBytes);
  return { repository, digest, manifestBytes: stored.bytes, config, configBytes, root, rootBytes };
}

/** A section of an honest image, opened. */
export function openSection(image: HonestImage, kind: SectionKind, reference: SectionReference): Uint8Array {
  const { blob, offset, stored, raw, id } = reference;
  const bytes = image.repository.blobs.get(image.root.indexBlobs[blob]?.digest ?? '') ?? new Uint8Array(0);
  const entry = { id: Buffer.from(id, 'hex'), rawBytes: raw };
  return decodeSection(forgersKeys, kind, entry, bytes.subarray(offset, offset + stored));
}

/** Seals a section of any content; gives the blob it is alone in and where it lies. */
export function forgeSection(
  image: HonestImage,
  kind: SectionKind,
  raw: Uint8Array,
): { readonly blob: RootIndex['indexBlobs'][number]; readonly section: Omit<SectionReference, 'blob'> } {
  const { id, stored } = encodeSection(forgersKeys, kind, raw);
  const digest = image.repository.add(stored);
  const section = { offset: 0, stored: stored.length, raw: raw.length, id: Buffer.from(id).toString('hex') };
  return { blob: { digest, sizeBytes: stored.length }, section };
}

/**
 * Publishes a version, `forged`, whose root index is any JSON, sealed as it should be, with a manifest and config
 * that agree with it: what somebody can make who holds the key.
 */
export function forgeVersion(image: HonestImage, root: unknown): void {
  const { repository, config } = image;
  const claims = (root ?? {}) as Partial<Record<keyof RootIndex, unknown>>;
  const sizes = { virtualSizeBytes: claims.virtualSizeBytes, dataBytes: claims.dataBytes };
  const configJson = JSON.parse(Buffer.from(image.configBytes).toString()) as object;
  const configBytes = Buffer.from(JSON.stringify({ ...configJson, carrel: { ...config, ...sizes } }));
  const rootBytes = sealRoot(Buffer.from(JSON.stringify(root)));
  for (const bytes of [configBytes, rootBytes]) repository.add(bytes);
  const layers = [
    describeBlob(mediaTypes.root, rootBytes),
    ...layersOf(mediaTypes.index, claims.indexBlobs),
    ...layersOf(mediaTypes.pack, claims.packs),
  ];
  const manifest = JSON.parse(Buffer.from(image.manifestBytes).toString()) as object;
  const json = { ...manifest, config: describeBlob(mediaTypes.config, configBytes), layers };
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(json)));
  const stored = { bytes, mediaType: mediaTypes.manifest, digest: digestOf(bytes) };
  repository.manifests.set('forged', stored);
}

/** The blob of a root index of any content. */
export function sealRoot(raw: Uint8Array): Uint8Array {
  const { id, stored } = encodeSection(forgersKeys, 'root', raw);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(raw.length);
  return new Uint8Array(Buffer.concat([Buffer.from('CARRELX1'), length, id, stored]));
}

function layersOf(mediaType: string, claimed: unknown): unknown[] {
  if (!Array.isArray(claimed)) return [];
  return (claimed as unknown[]).map((entry) => {
    const { digest, sizeBytes } = (entry ?? {}) as { digest?: unknown; sizeBytes?: unknown };
    return { mediaType, digest, size: sizeBytes };
  });
}
