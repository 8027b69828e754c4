import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, imageManifest, imageManifestType } from './push.ts';

/** Writes an OCI image layout with one image of these blobs (the first is the config); the manifest's digest. */
export async function writeLayout(
  folder: string,
  tag: string,
  contents: readonly Uint8Array[],
): Promise<string> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (content: Uint8Array): Promise<{ digest: string; size: number }> => {
    const digest = digestOf(content);
    await writeFile(join(blobs, digest.slice('sha256:'.length)), content);
    return { digest, size: content.length };
  };
  const layers = [];
  for (const content of contents) layers.push(await put(content));
  const manifest = await put(Buffer.from(imageManifest(layers)));
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  const index = { schemaVersion: 2, manifests: [{ mediaType: imageManifestType, ...manifest, annotations }] };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  return manifest.digest;
}
