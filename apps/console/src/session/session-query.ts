import { type ApiClient, type CallOutput, routes } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/index.ts';

export type Session = CallOutput<typeof routes.getSession>;

/** Who is signed in; `null` when nobody is. */
export function sessionQuery(api: ApiClient) {
  return queryOptions({
    queryKey: queryKeys.session,
    queryFn: async ({ signal }): Promise<Session | null> => {
      try {
        return await api.call(routes.getSession, { signal });
      } catch (error) {
        if (isAppError(error, 'SIGN_IN_REQUIRED')) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}
