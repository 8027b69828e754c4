import { symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import type { Peer } from './peer.ts';

/** zsync with the block of file systems. It fetches from the disk itself, which lies uncompressed on the server. */
export const zsync: Peer = {
  name: 'zsync',
  pack: async ({ image, store, url }) => {
    const served = join(store, `${image.name}.raw`);
    await unlink(served).catch(() => undefined);
    await symlink(image.path, served);
    const target = ['-u', `${url}/${image.name}.raw`, '-o', `${served}.zsync`];
    return measure(['zsyncmake', '-b', '4096', ...target, image.path]);
  },
  fetch: ({ image, url, output, workFolder, seeds }) => {
    const seedArgs = seeds.old === undefined ? [] : ['-i', seeds.old.path];
    return measure(['zsync', '-q', ...seedArgs, '-o', output, `${url}/${image.name}.raw.zsync`], {
      cwd: workFolder,
    });
  },
};
