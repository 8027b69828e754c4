import { createCipheriv } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type DiskImage, makeOnce } from './inputs.ts';

const extentBytes = 1024 * 1024;
const blockBytes = 4096;

/** A large disk with some data spread over it: an eighth of it, in pieces of 1 MiB, none like another, half compressible. */
export async function prepareSparseDisk(folder: string, sizeBytes: number): Promise<DiskImage> {
  const name = 'large';
  const path = join(folder, `${name}.raw`);
  await makeOnce(path, 'a large disk', (unfinished) => writeSparseDisk(unfinished, sizeBytes));
  return { name, path };
}

async function writeSparseDisk(path: string, sizeBytes: number): Promise<void> {
  await using file = await open(path, 'w');
  await file.truncate(sizeBytes);
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  const zeros = Buffer.alloc(extentBytes / 2);
  const extent = Buffer.alloc(extentBytes, 'the other half of a block compresses well; ');
  for (let offset = 0; offset < sizeBytes; offset += 8 * extentBytes) {
    const random = stream.update(zeros);
    for (let block = 0; block < extentBytes / blockBytes; block += 1) {
      random.copy(extent, block * blockBytes, (block * blockBytes) / 2, ((block + 1) * blockBytes) / 2);
    }
    await file.write(extent, 0, extentBytes, offset);
  }
}
