import { createHash } from 'node:crypto';
import type { ListedFile } from '../filesystem/index.ts';
import { blockBytes, idBytes } from '../format/constants.ts';
import type { ComparedVersion } from './compared.ts';

/**
 * What stands for the content of a file: equal for equal kinds and contents, wherever they lie, within images of one
 * key. A folder stands for its name alone: what is in it is listed by itself.
 */
export function signFile(version: ComparedVersion, file: ListedFile): string {
  const hash = createHash('sha256').update(`${file.kind} ${file.kind === 'folder' ? 0 : file.sizeBytes}\0`);
  if (file.within) hash.update(file.within);
  // What was reserved behind the end of the file is not content.
  const end = Math.ceil(file.sizeBytes / blockBytes);
  for (const { fileBlock, block, blocks } of file.runs) {
    const count = Math.min(blocks, end - fileBlock);
    // Zero blocks are in no run of the image, as holes are in none of the file: to readers they are the same.
    for (const run of version.index.runs.within(block, block + Math.max(0, count))) {
      const entry = Buffer.alloc(run.blocks * (8 + idBytes));
      for (let at = 0; at < run.blocks; at += 1) {
        const offset = at * (8 + idBytes);
        entry.writeDoubleLE(fileBlock + run.block - block + at, offset);
        const word = (run.stored + at) * 4;
        for (let part = 0; part < 4; part += 1) {
          entry.writeUInt32LE(version.ids[word + part] ?? 0, offset + 8 + part * 4);
        }
      }
      hash.update(entry);
    }
  }
  return hash.digest('base64');
}
