import type { StoredEvent } from '@carrel/contract';
import { Button, Loader } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import type { EventFeed } from './event-feed.ts';
import classes from './event-list.module.css';
import { EventRow } from './event-row.tsx';

const estimatedRowPixels = 58;
/** Older events are read when the reader is this near the end. */
const loadAheadRows = 30;
const topPixels = 8;

export interface EventListProps {
  readonly feed: EventFeed;
  readonly isLoadingOlder: boolean;
  readonly onLoadOlder: () => void;
  readonly onShowHeld: () => void;
  readonly onAtTop: (isAtTop: boolean) => void;
  readonly onOpen: (event: StoredEvent) => void;
}

/** The events, of which only those in view exist in the document. */
export function EventList(props: EventListProps): ReactNode {
  const { feed, onLoadOlder } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: feed.events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimatedRowPixels,
    getItemKey: (index) => feed.events[index]?.id ?? index,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? 0;
  const isNearEnd = feed.olderCursor !== undefined && lastVisible >= feed.events.length - loadAheadRows;
  useEffect(() => {
    if (isNearEnd) onLoadOlder();
  });
  const showHeld = (): void => {
    props.onShowHeld();
    rows.scrollToOffset(0);
  };
  return (
    <div className={classes.frame}>
      {feed.held.length > 0 ? (
        <Button
          className={classes.held}
          size="xs"
          radius="xl"
          leftSection={<IconArrowUp size={14} aria-hidden />}
          onClick={showHeld}
        >
          {feed.hasLostHeld ? 'Many new events' : `${feed.held.length} new`}
        </Button>
      ) : null}
      <div
        ref={scroller}
        className={classes.scroller}
        role="feed"
        aria-label="Events"
        aria-busy={props.isLoadingOlder}
        tabIndex={0}
        onScroll={(event) => props.onAtTop(event.currentTarget.scrollTop <= topPixels)}
      >
        <div className={classes.space} style={{ height: rows.getTotalSize() }}>
          {visible.map((row) => {
            const event = feed.events[row.index];
            if (!event) return null;
            return (
              <div
                key={row.key}
                ref={rows.measureElement}
                data-index={row.index}
                className={classes.slot}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <EventRow
                  event={event}
                  position={row.index + 1}
                  total={feed.olderCursor === undefined ? feed.events.length : -1}
                  onOpen={props.onOpen}
                />
              </div>
            );
          })}
        </div>
        <div className={classes.end}>
          {props.isLoadingOlder ? <Loader size="xs" aria-label="Reading older events" /> : endSentence(feed)}
        </div>
      </div>
    </div>
  );
}

function endSentence(feed: EventFeed): string {
  if (feed.isFull)
    return `The newest ${feed.events.length} are kept here. Narrow the filters to see older ones.`;
  return feed.olderCursor === undefined ? 'That is all there is.' : '';
}
