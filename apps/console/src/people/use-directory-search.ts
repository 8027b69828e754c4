import { type ApiClient, type DirectoryConnection, routes } from '@carrel/contract';
import { useDebouncedValue } from '@mantine/hooks';
import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { queryKeys, useApi } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { describeError } from '../ui/index.ts';
import type { DirectorySearch } from './principal-sections.ts';

/** Longer than for people known here: others pay for these searches too. */
const searchDelayMs = 400;
const shownOfKind = 25;
const freshForMs = 60_000;

type Found = Pick<Extract<DirectorySearch['answer'], { readonly state: 'found' }>, 'items' | 'isCut'>;

/**
 * Looks for a name in every directory that is switched on, each on its own, so that one that is down hinders no other.
 *
 * @returns nothing for an empty text, without directories, and for whoever may not search them
 */
export function useDirectorySearch(text: string): readonly DirectorySearch[] {
  const api = useApi();
  const mayView = useMay('users.view', 'somewhere');
  const mayAssign = useMay('workspaces.assign', 'somewhere');
  const isAllowed = mayView && mayAssign;
  const [settled] = useDebouncedValue(text, searchDelayMs);
  const list = useQuery({
    queryKey: queryKeys.directories,
    queryFn: async ({ signal }) => (await api.call(routes.listDirectories, { signal })).items,
    enabled: isAllowed,
  });
  const directories = isAllowed ? (list.data ?? []).filter((directory) => directory.isEnabled) : [];
  const queries = useQueries({
    queries: directories.map(({ id }) => ({
      queryKey: [...queryKeys.directories, id, 'principals', settled],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => searchBoth(api, id, settled, signal),
      enabled: settled !== '' && settled === text,
      staleTime: freshForMs,
      // The server has tried every one of the directory's servers already.
      retry: false,
    })),
  });
  if (text === '' || !isAllowed) return [];
  if (list.error && !list.data) {
    const { message } = describeError(list.error);
    return [{ id: 'all', title: 'Directories', answer: { state: 'failed', reason: message } }];
  }
  return directories.map(({ id, name }, index) => ({
    id,
    title: `Directory ${name}`,
    answer: answerOf(settled === text ? queries[index] : undefined),
  }));
}

async function searchBoth(
  api: ApiClient,
  directoryId: DirectoryConnection['id'],
  search: string,
  signal: AbortSignal,
): Promise<Found> {
  const [groups, users] = await Promise.all(
    (['group', 'user'] as const).map((kind) =>
      api.call(routes.searchDirectory, {
        params: { directoryId },
        query: { search, kind, limit: shownOfKind },
        signal,
      }),
    ),
  );
  return {
    items: [...(groups?.items ?? []), ...(users?.items ?? [])],
    isCut: groups?.isCut === true || users?.isCut === true,
  };
}

function answerOf(query: UseQueryResult<Found> | undefined): DirectorySearch['answer'] {
  if (query?.data) return { state: 'found', ...query.data };
  if (query?.error && !query.isFetching) {
    return { state: 'failed', reason: describeError(query.error).message };
  }
  return { state: 'searching' };
}
