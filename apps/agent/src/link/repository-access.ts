import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';

/** The token for the instance's repository: given at each contact, good for some hours. */
export interface RepositoryAccess {
  /** `undefined` when the server no longer wants this device. */
  setToken(token: string | undefined): void;
  /** Contact was lost: whether the token is still good is not known. */
  distrust(): void;
  /**
   * The `Authorization` header, after contact where no fresh token is held.
   *
   * @throws {SERVER_UNREACHABLE} none can be had now
   */
  authorize(): Promise<string | undefined>;
}

const freshMs = 3_600_000;

export function createRepositoryAccess(clock: Clock, syncNow: () => Promise<void>): RepositoryAccess {
  let held: { readonly token: string; readonly atMs: number } | undefined;
  let renewal: Promise<void> | undefined;
  const isFresh = (): boolean => held !== undefined && clock.monotonicMs() - held.atMs < freshMs;
  return {
    setToken: (token) => {
      held = token === undefined ? undefined : { token, atMs: clock.monotonicMs() };
    },
    distrust: () => {
      held = undefined;
    },
    authorize: async () => {
      if (!isFresh()) {
        renewal ??= syncNow().finally(() => {
          renewal = undefined;
        });
        await renewal;
      }
      if (!held) throw fail('REPOSITORY_REFUSED', { repository: 'of the server', status: 401 });
      return `Bearer ${held.token}`;
    },
  };
}
