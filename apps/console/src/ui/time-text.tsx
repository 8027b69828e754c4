import { Tooltip } from '@mantine/core';
import { type ReactNode, useSyncExternalStore } from 'react';
import { formatAgo, formatTime } from './format-time.ts';

const tickMs = 10_000;

/** A point in time as `3 min ago`, exact on hover and for assistive technology. */
export function TimeAgo({ time }: { readonly time: string }): ReactNode {
  const nowMs = useNowMs();
  return (
    <Tooltip label={formatTime(time)}>
      <time dateTime={time}>{formatAgo(Date.parse(time), nowMs)}</time>
    </Tooltip>
  );
}

/** The time of day, moved on every ten seconds. */
function useNowMs(): number {
  return useSyncExternalStore(subscribeToTicks, () => Math.floor(Date.now() / tickMs) * tickMs + tickMs);
}

function subscribeToTicks(listener: () => void): () => void {
  const timer = setInterval(listener, tickMs);
  return () => clearInterval(timer);
}
