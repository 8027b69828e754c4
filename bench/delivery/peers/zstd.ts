import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import type { Peer } from './peer.ts';

/** The whole disk compressed, and `curl | zstd -d` to get it: the line's limit for who holds nothing. */
export const zstd: Peer = {
  name: 'curl to zstd -d',
  pack: ({ image, store }) =>
    measure(['zstd', '-q', '-f', '-3', image.path, '-o', join(store, `${image.name}.zst`)]),
  fetch: ({ image, url, output }) => {
    const script = `set -o pipefail; curl -sSf ${url}/${image.name}.zst | zstd -q -f -d --sparse -o ${output}`;
    return measure(['bash', '-c', script]);
  },
};
