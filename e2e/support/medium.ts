import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const largestManifestBytes = 1024 ** 2;

/** Writes everything of the instance's repository to a folder as an OCI layout, as skopeo would. */
export async function writeMedium(repositoryFolder: string, medium: string): Promise<void> {
  const blobs = join(medium, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const entries = await readdir(repositoryFolder, { recursive: true, withFileTypes: true });
  const manifests: { mediaType: string; digest: string; size: number }[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Files of the same name elsewhere only say which image has the blob.
    const isBlob =
      entry.parentPath.startsWith(join(repositoryFolder, 'blobs/sha256')) &&
      /^[0-9a-f]{64}$/.test(entry.name);
    if (isBlob) await copyFile(path, join(blobs, basename(path)));
    const manifest = await readManifest(path);
    if (!manifest) continue;
    const hex = createHash('sha256').update(manifest).digest('hex');
    await writeFile(join(blobs, hex), manifest);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    manifests.push({ mediaType, digest: `sha256:${hex}`, size: manifest.length });
  }
  await writeFile(join(medium, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(medium, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

/** The bytes of a file that is the manifest of an image. */
async function readManifest(path: string): Promise<Buffer | undefined> {
  if ((await stat(path)).size > largestManifestBytes) return undefined;
  const bytes = await readFile(path);
  const isManifest = bytes.subarray(0, 500).includes('application/vnd.carrel.image.v1');
  return isManifest ? bytes : undefined;
}
