import type { UseQueryResult } from '@tanstack/react-query';
import type { PagedList } from './use-pages.ts';

/** A list that comes in one piece, for tables that take lists in pages. */
export function wholeList<Item>(
  query: Pick<UseQueryResult<readonly Item[]>, 'data' | 'error' | 'refetch'>,
): PagedList<Item> {
  return {
    items: query.data,
    error: query.error,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
    retry: () => void query.refetch(),
    revision: undefined,
  };
}
