import type { Directory, DirectoryUser } from '@carrel/directory';
import type { UserId } from '@carrel/kit';
import type { Database, Row } from '../database/index.ts';
import { contains } from '../database/like.ts';
import { groupsOfUser } from '../groups/groups-of-user.ts';
import type { CheckPassword } from './check-password.ts';
import { nameKey } from './user-rows.ts';

/** The users and groups that the server itself keeps. */
export function createBuiltInDirectory(database: Database, checkPassword: CheckPassword): Directory {
  return {
    authenticate: async (userName, password) => {
      const row = await checkPassword(userName, password);
      if (!row) return { outcome: 'refused' };
      if (row.mustChangePassword === 1) return { outcome: 'refused', code: 'PASSWORD_CHANGE_REQUIRED' };
      return { outcome: 'authenticated', user: directoryUserOf(row) };
    },
    findUsers: async (text, limit) => {
      const rows = await database.queries
        .selectFrom('users')
        .selectAll()
        .where((expression) => contains(expression.ref('searchKey'), nameKey(text)))
        .orderBy('userNameKey')
        .limit(limit)
        .execute();
      return rows.map(directoryUserOf);
    },
    groupsOf: (userId) => groupsOfUser(database.queries, userId),
  };
}

function directoryUserOf(row: Row<'users'>): DirectoryUser {
  return { id: row.id as UserId, userName: row.userName, displayName: row.displayName };
}
