import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import type { Peer } from './peer.ts';

// The whole older disk as window, so that it finds whatever is there.
const window = ['-B', String(2 * 1024 ** 3)];

/** xdelta3: one file for each pair of versions, of use only to who holds the older one. */
export const xdelta3: Peer = {
  name: 'xdelta3',
  pack: ({ image, store, old }) => {
    if (old === undefined) throw new Error('xdelta3 makes differences between two versions');
    const delta = join(store, `${old.name}-${image.name}.xdelta`);
    return measure(['xdelta3', '-e', '-f', '-9', '-S', 'lzma', ...window, '-s', old.path, image.path, delta]);
  },
  fetch: ({ image, url, output, seeds }) => {
    if (seeds.old === undefined) throw new Error('xdelta3 needs the older version');
    const delta = `${url}/${seeds.old.name}-${image.name}.xdelta`;
    const decode = ['xdelta3', '-d', '-f', '-c', ...window, '-s', seeds.old.path].join(' ');
    return measure(['bash', '-c', `set -o pipefail; curl -sSf ${delta} | ${decode} > ${output}`]);
  },
};
