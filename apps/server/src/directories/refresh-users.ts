import { fail } from '@carrel/contract';
import type { Row } from '../database/index.ts';
import type { Services } from '../services.ts';
import { findUserRow } from '../users/index.ts';
import type { OpenDirectories, OpenDirectory } from './open-directories.ts';
import { learnAccount, storeMissing } from './store-account.ts';

/** Asks directories what is true of their users now, without asking too much of them. */
export interface UserRefresher {
  /**
   * Brings a user of a directory up to date. Whoever asks for the same user meanwhile gets the same answer.
   *
   * @throws {DIRECTORY_UNREACHABLE} it does not answer, or so many are asked for that one more would take too long
   */
  refresh(user: Row<'users'>): Promise<void>;
}

/** Users that one directory is asked for at a time. Each takes two or three short searches. */
const atATime = 4;
/** Users that wait for their turn; beyond it what was last learned has to do. */
const waitingAllowed = 2_000;

export function createUserRefresher(services: Services, directories: OpenDirectories): UserRefresher {
  const underWay = new Map<string, Promise<void>>();
  const lines = new Map<string, Line>();
  return {
    refresh: (user) => {
      const present = underWay.get(user.id);
      if (present) return present;
      const started = refreshUser(services, directories, lines, user).finally(() => underWay.delete(user.id));
      underWay.set(user.id, started);
      return started;
    },
  };
}

async function refreshUser(
  services: Services,
  directories: OpenDirectories,
  lines: Map<string, Line>,
  user: Row<'users'>,
): Promise<void> {
  const { directoryId, externalId } = user;
  const directory = directoryId === null ? undefined : await directories.find(directoryId);
  if (!directory || externalId === null) {
    throw fail('DIRECTORY_UNREACHABLE', { directory: directoryId ?? '', reason: 'it is switched off' });
  }
  const line = lines.get(directory.id) ?? createLine();
  lines.set(directory.id, line);
  if (line.waiting() >= waitingAllowed) {
    throw fail('DIRECTORY_UNREACHABLE', {
      directory: directory.name,
      reason: 'it is asked for too many at once',
    });
  }
  await line.take(() => askFor(services, directories, directory, { ...user, externalId }));
}

async function askFor(
  services: Services,
  directories: OpenDirectories,
  directory: OpenDirectory,
  user: Row<'users'> & { readonly externalId: string },
): Promise<void> {
  const account = await directory.ask((ldap) => ldap.readAccount(user.externalId));
  // Deleted here while it was asked for there: it must not come back.
  if (!(await findUserRow(services.database.queries, user.id))) return;
  if (account) await learnAccount(services, directories, directory, account);
  else await storeMissing(services, directory, user);
}

interface Line {
  readonly waiting: () => number;
  readonly take: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Lets a few pieces of work run at a time, the others after them in order. */
function createLine(): Line {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    waiting: () => waiting.length,
    take: async (work) => {
      // Whoever ends hands its place on, so that nobody comes in between.
      if (running >= atATime) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
