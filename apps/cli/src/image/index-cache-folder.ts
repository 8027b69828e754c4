import { dirname, join } from 'node:path';
import type { CliContext } from '../context.ts';
import { hostIndexFolderOf } from './host-index-folder.ts';

/** Where parts of image indexes are kept between runs, beside the index of the files of this computer. */
export function indexCacheFolderOf(context: CliContext): string {
  return join(dirname(hostIndexFolderOf(context)), 'index');
}
