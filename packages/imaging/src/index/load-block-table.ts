import type { ReadOptions } from '../repository/repository.ts';
import { BlockTable } from './block-table.ts';
import { type ImageIndex, loadBlockIds } from './image-index.ts';

/** Loads the ids of all stored blocks so that blocks can be found by id; their numbers are those of the index. */
export async function loadBlockTable(index: ImageIndex, options: ReadOptions): Promise<BlockTable> {
  const words = new Uint32Array((await loadBlockIds(index, options)).buffer);
  const table = new BlockTable();
  for (let block = 0; block < index.frames.blockCount; block += 1) table.add(words, block * 4);
  return table;
}
