import { writeFile } from 'node:fs/promises';
import { patchyContent } from '../../nbd/testing/memory-disk.ts';
import { mustRun } from '../../nbd/testing/run.ts';
import type { Scratch } from '../../nbd/testing/scratch.ts';

export const mebibyte = 1024 * 1024;
/** What the disks of these tests hold. */
export const content = patchyContent(12 * mebibyte, 4);

/** A raw disk of that content. */
export async function makeRaw(scratch: Scratch, bytes: Uint8Array = content): Promise<string> {
  await writeFile(scratch.path('disk.raw'), bytes);
  return scratch.path('disk.raw');
}

/** The same in another format, made by qemu-img. */
export async function convert(scratch: Scratch, format: string, ...options: string[]): Promise<string> {
  const target = scratch.path(`disk.${format === 'vpc' ? 'vhd' : format}`);
  const raw = await makeRaw(scratch);
  await mustRun('qemu-img', 'convert', '-f', 'raw', '-O', format, ...options, raw, target);
  return target;
}
