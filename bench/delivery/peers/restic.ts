import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import { run } from '../shell.ts';
import type { Peer } from './peer.ts';

/** restic with its defaults (zstd; it always encrypts). Its cache stays empty: the store is on this machine. */
export const restic: Peer = {
  name: 'restic',
  pack: async ({ image, store }) => {
    const env = { RESTIC_REPOSITORY: store, RESTIC_PASSWORD: 'bench' };
    const isThere = await stat(join(store, 'config')).catch(() => undefined);
    if (isThere === undefined) await run('restic', ['-q', '--no-cache', 'init'], { env });
    return measure(['restic', '-q', '--no-cache', 'backup', image.path], { env });
  },
};
