import { routes } from '@carrel/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../api/index.ts';
import { useLiveMessages, useLiveState } from '../live/index.ts';
import { appendOlder, type EventFeed, feedOf, receive, releaseHeld } from './event-feed.ts';
import { definedFilters, type EventFilters, matchesFilters } from './event-filters.ts';

const pageSize = 200;

export interface LiveEvents {
  /** `undefined` while the first page is read. */
  readonly feed: EventFeed | undefined;
  readonly error: Error | undefined;
  readonly isLoadingOlder: boolean;
  readonly loadOlder: () => void;
  /** Shows what was held back, or reads the newest again when that was too much. */
  readonly showHeld: () => void;
  readonly retry: () => void;
  /** Tells whether the reader looks at the newest events. */
  readonly setIsAtTop: (isAtTop: boolean) => void;
}

/** Events that match, kept current by what arrives live. Remount it (with a `key`) when the filters change. */
export function useEventFeed(filters: EventFilters): LiveEvents {
  const api = useApi();
  const queryClient = useQueryClient();
  const [feed, setFeed] = useState<EventFeed>();
  const [error, setError] = useState<Error>();
  const [round, setRound] = useState(0);
  const [isLoadingOlder, setIsLoadingOlder] = useState(false);
  const isAtTop = useRef(true);
  const liveState = useLiveState();
  const read = useCallback(
    (cursor: string | undefined) =>
      queryClient.query({
        queryKey: ['events', filters, cursor ?? 'newest'],
        queryFn: ({ signal }) =>
          api.call(routes.listEvents, {
            query: {
              ...definedFilters(filters),
              limit: pageSize,
              ...(cursor === undefined ? {} : { cursor }),
            },
            signal,
          }),
        staleTime: 0,
        gcTime: 0,
      }),
    [api, queryClient, filters],
  );
  // Whatever happened while the stream was away is not sent again.
  const wasAway = useRef(false);
  useEffect(() => {
    if (liveState === 'live' && wasAway.current) setRound((count) => count + 1);
    wasAway.current = liveState === 'reconnecting';
  }, [liveState]);
  useEffect(() => {
    let isCurrent = true;
    read(undefined).then(
      (page) => {
        if (!isCurrent) return;
        setFeed(feedOf(page));
        setError(undefined);
      },
      (reason: unknown) => {
        if (isCurrent) setError(asError(reason));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [read, round]);
  useLiveMessages((message) => {
    if (message.topic !== 'event' || !matchesFilters(message.event, filters)) return;
    setFeed((now) => now && receive(now, message.event, isAtTop.current));
  });
  const loadOlder = (): void => {
    const cursor = feed?.olderCursor;
    if (cursor === undefined || isLoadingOlder) return;
    setIsLoadingOlder(true);
    read(cursor)
      .then((page) => setFeed((now) => (now?.olderCursor === cursor ? appendOlder(now, page) : now)))
      .catch((reason: unknown) => setError(asError(reason)))
      .finally(() => setIsLoadingOlder(false));
  };
  const again = (): void => setRound((count) => count + 1);
  return {
    feed,
    error,
    isLoadingOlder,
    loadOlder,
    showHeld: () => (feed?.hasLostHeld ? again() : setFeed((now) => now && releaseHeld(now))),
    retry: again,
    setIsAtTop: (value) => {
      isAtTop.current = value;
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
