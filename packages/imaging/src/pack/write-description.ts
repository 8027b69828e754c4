import { mediaTypes } from '../format/constants.ts';
import type { ImageKeys } from '../format/key-schedule.ts';
import { type Descriptor, encodeConfig, encodeManifest, type ImageConfig } from '../format/manifest.ts';
import { encodeRootIndex, type RootIndex } from '../format/root-index.ts';
import type { BlobWriter } from './blob-writer.ts';

/** Stores config and root index of a version whose other blobs are stored, and gives its manifest. */
export async function writeDescription(
  keys: ImageKeys,
  config: ImageConfig,
  root: RootIndex,
  writer: BlobWriter,
): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
  const blobs = {
    config: await writer.writeBytes(mediaTypes.config, encodeConfig(config)),
    root: await writer.writeBytes(mediaTypes.root, encodeRootIndex(keys, root)),
    indexBlobs: root.indexBlobs.map((blob) => descriptorOf(mediaTypes.index, blob)),
    packs: root.packs.map((pack) => descriptorOf(mediaTypes.pack, pack)),
  };
  return { bytes: encodeManifest(config, blobs), mediaType: mediaTypes.manifest };
}

function descriptorOf(
  mediaType: string,
  blob: { readonly digest: string; readonly sizeBytes: number },
): Descriptor {
  return { mediaType, digest: blob.digest, size: blob.sizeBytes };
}
