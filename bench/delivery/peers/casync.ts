import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import type { Peer } from './peer.ts';

/** casync with its defaults: content-defined chunks of 64 KiB on average, one file a chunk. */
export const casync: Peer = {
  name: 'casync',
  pack: ({ image, store }) =>
    measure(['casync', 'make', `--store=${store}/chunks`, join(store, `${image.name}.caibx`), image.path]),
  fetch: ({ image, url, output, seeds }) => {
    const places = [seeds.old?.path, seeds.hostFolder].filter((place) => place !== undefined);
    const seedArgs = places.map((place) => `--seed=${place}`);
    const from = [`--store=${url}/chunks`, `${url}/${image.name}.caibx`];
    return measure(['casync', 'extract', ...seedArgs, ...from, output]);
  },
};
