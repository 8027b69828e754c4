import { posix, win32 } from 'node:path';
import type { IndexPlatform } from './default-folders.ts';

/** Where a person's index is kept: in the cache folder of the platform, since it can be made again. */
export function defaultHostIndexFolder(
  platform: IndexPlatform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const given = (name: string): string | undefined => environment[name] || undefined;
  switch (platform) {
    case 'linux':
      return posix.join(given('XDG_CACHE_HOME') ?? posix.join(home, '.cache'), 'carrel', 'seeds');
    case 'darwin':
      return posix.join(home, 'Library', 'Caches', 'carrel', 'seeds');
    case 'win32': {
      const local = given('LOCALAPPDATA') ?? win32.join(home, 'AppData', 'Local');
      return win32.join(local, 'carrel', 'cache', 'seeds');
    }
  }
}
