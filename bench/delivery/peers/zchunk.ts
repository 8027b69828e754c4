import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import type { Peer } from './peer.ts';

/** zchunk with its defaults. Its seed is the older version as it was fetched, a `.zck` file. */
export const zchunk: Peer = {
  name: 'zchunk',
  pack: ({ image, store }) => measure(['zck', '-o', join(store, `${image.name}.zck`), image.path]),
  fetch: ({ image, url, store, output, workFolder, seeds }) => {
    const seedArgs = seeds.old === undefined ? '' : `-s ${join(store, `${seeds.old.name}.zck`)}`;
    const script = `zckdl -q ${seedArgs} ${url}/${image.name}.zck && unzck -c ${image.name}.zck > ${output}`;
    return measure(['sh', '-c', script], { cwd: workFolder });
  },
};
