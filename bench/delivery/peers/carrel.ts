import { join } from 'node:path';
import { measure } from '../measure/usage.ts';
import type { Peer } from './peer.ts';

const main = join(import.meta.dirname, '../../../apps/cli/src/main.ts');

/** The command line as people call it; its time includes its start. */
export function carrelCommand(...args: string[]): string[] {
  return [process.execPath, main, ...args];
}

/** Carrel, from an OCI layout that a web server offers as a folder. */
export function createCarrel(keyFile: string): Peer {
  const key = ['--key-file', keyFile];
  return {
    name: 'Carrel',
    pack: ({ image, store }) =>
      measure(
        carrelCommand(
          'image',
          'pack',
          image.path,
          '--exact',
          '--to',
          `oci:${store}:desktop:${image.name}`,
          ...key,
        ),
      ),
    fetch: ({ image, url, output, seeds }) => {
      const places = [seeds.old?.path, seeds.hostFolder].filter((place) => place !== undefined);
      const seedArgs = places.length === 0 ? [] : ['--seed', ...places];
      const reference = `oci:${url}:desktop:${image.name}`;
      return measure(carrelCommand('image', 'fetch', reference, '-o', output, ...seedArgs, ...key));
    },
  };
}
