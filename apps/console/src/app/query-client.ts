import { isAppError } from '@carrel/kit';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { queryKeys } from '../api/index.ts';

/** What was read, kept in memory only; an answer that the session is over ends it everywhere. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error): void => {
    if (isAppError(error, 'SIGN_IN_REQUIRED')) client.setQueryData(queryKeys.session, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // The server may be reached where the browser knows of no way to the Internet; if not, that is said at once.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        // Live messages say when to read again; this covers what they do not.
        staleTime: 15_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => isAppError(error) && error.retryable && failures < 2,
      },
    },
  });
  return client;
}
