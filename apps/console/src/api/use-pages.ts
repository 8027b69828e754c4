import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { QueryKey } from './query-keys.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
  readonly revision?: number;
}

export interface PageRequest {
  readonly cursor?: string;
  readonly limit: number;
}

export interface PagedList<Item> {
  readonly items: readonly Item[] | undefined;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
  /** Of the list as a whole, where it has one; the oldest, when pages were read at different ones. */
  readonly revision: number | undefined;
}

export interface PagesOptions<Item> {
  readonly queryKey: QueryKey;
  readonly read: (query: PageRequest, signal: AbortSignal) => Promise<Page<Item>>;
  readonly pageSize?: number;
  readonly isEnabled?: boolean;
}

/** A list that the server gives out in pages; further pages come when asked for. */
export function usePages<Item>(options: PagesOptions<Item>): PagedList<Item> {
  const limit = options.pageSize ?? 100;
  const query: UseInfiniteQueryResult<InfiniteData<Page<Item>, string | undefined>> = useInfiniteQuery({
    queryKey: options.queryKey,
    enabled: options.isEnabled ?? true,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      options.read(pageParam === undefined ? { limit } : { cursor: pageParam, limit }, signal),
    getNextPageParam: (page: Page<Item>) => page.next,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]);
  const revisions = (query.data?.pages ?? []).flatMap(({ revision }) => revision ?? []);
  return {
    items,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
    revision: revisions.length === 0 ? undefined : Math.min(...revisions),
  };
}
