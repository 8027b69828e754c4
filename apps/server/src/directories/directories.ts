import type { Directory } from '@carrel/directory';
import type { Row } from '../database/index.ts';
import type { Services } from '../services.ts';
import { createDirectoryRouter } from './directory-router.ts';
import { createOpenDirectories, type OpenDirectories } from './open-directories.ts';
import { createUserRefresher } from './refresh-users.ts';
import { findStanding, type Standing } from './standing.ts';
import { startSweeping } from './sweep.ts';

export type StandingOf = (user: Row<'users'>) => Promise<Standing>;

/** Everywhere people come from by name and password. Whoever makes it disposes of it. */
export interface Directories extends AsyncDisposable {
  readonly directory: Directory;
  readonly open: OpenDirectories;
  readonly standingOf: StandingOf;
}

/** @param builtIn the users that the server keeps itself */
export function createDirectories(services: Services, builtIn: Directory): Directories {
  const directories = createOpenDirectories(services);
  const refresher = createUserRefresher(services, directories);
  const options = { services, directories, refresher };
  const sweeping = startSweeping(options);
  return {
    directory: createDirectoryRouter({ services, directories, builtIn }),
    open: directories,
    standingOf: (user) => findStanding(options, user),
    [Symbol.asyncDispose]: async () => {
      await sweeping[Symbol.asyncDispose]();
      directories[Symbol.dispose]();
    },
  };
}
