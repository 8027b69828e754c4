import { homedir } from 'node:os';
import { defaultHostIndexFolder, indexPlatform } from '@carrel/imaging/access';
import type { CliContext } from '../context.ts';

/** Where the index of the files of this computer is kept for the person who runs the command. */
export function hostIndexFolderOf(context: CliContext): string {
  return defaultHostIndexFolder(indexPlatform(process.platform), context.env, homedir());
}
