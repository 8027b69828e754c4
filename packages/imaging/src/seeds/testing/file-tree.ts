import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blockBytes } from '../../format/constants.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';

/** A folder with files of different content and the disk that a file system would make of them. */
export interface FileTree {
  readonly path: string;
  /** Path of each file, in the order of the disk. */
  readonly files: readonly string[];
  readonly disk: Uint8Array;
  readonly blocks: number;
}

/** Writes files of these sizes, in folders of ten. */
export async function writeTree(path: string, sizes: readonly number[], seed = 1): Promise<FileTree> {
  const files: string[] = [];
  const parts: Uint8Array[] = [];
  for (const [at, size] of sizes.entries()) {
    const file = join(path, `folder ${Math.floor(at / 10)}`, `file ${at}`);
    await mkdir(dirname(file), { recursive: true });
    const content = sampleBytes(size, seed * 1000 + at);
    await writeFile(file, content);
    const padded = new Uint8Array(Math.ceil(size / blockBytes) * blockBytes);
    padded.set(content);
    files.push(file);
    parts.push(padded);
  }
  const disk = new Uint8Array(Buffer.concat(parts));
  return { path, files, disk, blocks: disk.length / blockBytes };
}
