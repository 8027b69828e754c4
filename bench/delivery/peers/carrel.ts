import { join } from 'node:path';
import { measure, type Usage } from '../measure/usage.ts';
import type { Peer } from './peer.ts';

const program = join(import.meta.dirname, '../../../apps/cli/bin/carrel.mjs');

/** The command line as people call it; its time includes its start. */
export function carrelCommand(...args: string[]): string[] {
  return [process.execPath, program, ...args];
}

export interface Carrel extends Peer {
  /** Looks through files of the computer ahead of time, as the agent does in the background. */
  indexHost(folder: string): Promise<Usage>;
}

/**
 * Carrel, from an OCI layout that a web server offers as a folder.
 *
 * @param stateFolder where it keeps the index of the host's files
 */
export function createCarrel(keyFile: string, stateFolder: string): Carrel {
  const key = ['--key-file', keyFile];
  const env = { XDG_CACHE_HOME: stateFolder };
  return {
    name: 'Carrel',
    pack: ({ image, store }) => {
      const reference = `oci:${store}:desktop:${image.name}`;
      return measure(carrelCommand('image', 'pack', image.path, '--exact', '--to', reference, ...key), {
        env,
      });
    },
    fetch: ({ image, url, output, seeds }) => {
      const host = seeds.hostFolder === undefined ? [] : ['host'];
      const places = seeds.old === undefined ? host : [seeds.old.path, ...host];
      const seedArgs = places.length === 0 ? [] : ['--seed', ...places];
      const reference = `oci:${url}:desktop:${image.name}`;
      return measure(carrelCommand('image', 'fetch', reference, '-o', output, ...seedArgs, ...key), { env });
    },
    indexHost: (folder) =>
      measure(carrelCommand('image', 'seeds', 'refresh', '--no-defaults', '--include', folder, ...key), {
        env,
      }),
  };
}
