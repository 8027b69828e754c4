import type { Directory } from '@carrel/directory';
import type { Services } from '../services.ts';
import { findUserRowByName } from '../users/index.ts';
import { signInByLdap } from './ldap-sign-in.ts';
import type { OpenDirectories } from './open-directories.ts';

export interface DirectoryRouterOptions {
  readonly services: Services;
  readonly builtIn: Directory;
  readonly directories: OpenDirectories;
}

/**
 * The one door for passwords. A built-in user goes before everybody of the same name elsewhere, so that administrators
 * get in whatever directories say or whether they answer; all others are looked for in the directories.
 */
export function createDirectoryRouter({ services, builtIn, directories }: DirectoryRouterOptions): Directory {
  return {
    authenticate: async (userName, password) => {
      const row = await findUserRowByName(services.database.queries, userName);
      if (row?.source === 'built-in') return builtIn.authenticate(userName, password);
      const answer = await signInByLdap(services, directories, userName, password);
      return answer ?? builtIn.authenticate(userName, password);
    },
    findUsers: (text, limit) => builtIn.findUsers(text, limit),
    groupsOf: (userId) => builtIn.groupsOf(userId),
  };
}
