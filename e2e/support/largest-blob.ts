import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The path of the largest file below a folder of blobs, which is a pack. */
export async function largestBlob(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(paths.map(async (path) => ({ path, sizeBytes: (await stat(path)).size })));
  const largest = sizes.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  if (!largest) throw new Error('the repository is empty');
  return largest.path;
}
