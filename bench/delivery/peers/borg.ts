import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import { run } from '../shell.ts';
import type { Peer } from './peer.ts';

function borgWith(name: string, encryption: string): Peer {
  return {
    name,
    pack: async ({ image, store }) => {
      const env = {
        BORG_BASE_DIR: join(store, '..', `${encryption}-home`),
        BORG_PASSPHRASE: 'bench',
        BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
        BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
      };
      const repository = join(store, 'repository');
      const isThere = await stat(repository).catch(() => undefined);
      if (isThere === undefined) await run('borg', ['init', '-e', encryption, repository], { env });
      const options = ['--sparse', '-C', 'zstd,3'];
      return measure(['borg', 'create', ...options, `${repository}::${image.name}`, image.path], { env });
    },
  };
}

/** borg, encrypting as we do. */
export const borg = borgWith('borg', 'repokey-blake2');

/** borg without encryption, its fastest. */
export const borgPlain = borgWith('borg, not encrypted', 'none');
