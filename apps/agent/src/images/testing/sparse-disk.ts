import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const mib = 1024 ** 2;

/** A sparse disk of 16 MiB with four runs of 512 KiB that no compression shortens; equal names give equal bytes. */
export async function createTestImage(
  path: string,
  name: string,
): Promise<{ readonly virtualSizeBytes: number }> {
  const virtualSizeBytes = 16 * mib;
  await using file = await open(path, 'w');
  await file.truncate(virtualSizeBytes);
  for (let offset = mib; offset < virtualSizeBytes; offset += 4 * mib) {
    const bytes = createHash('shake256', { outputLength: mib / 2 })
      .update(`${name} ${offset}`)
      .digest();
    await file.write(bytes, 0, bytes.length, offset);
  }
  return { virtualSizeBytes };
}
