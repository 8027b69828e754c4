import type { StoredEvent } from '@carrel/contract';

/** Most events kept in the page; older ones are reached by narrowing the filters. */
export const feedLimit = 5_000;
/** Most events held back while the reader looks at older ones. */
export const heldLimit = 1_000;

/** Events in the page, newest first, never more than {@link feedLimit}. */
export interface EventFeed {
  readonly events: readonly StoredEvent[];
  /** Arrived while the reader was not at the top; newest first. */
  readonly held: readonly StoredEvent[];
  /** More arrived than are held: showing them means reading the newest again. */
  readonly hasLostHeld: boolean;
  /** Where older events go on; `undefined` when there are none, or no more are kept. */
  readonly olderCursor: string | undefined;
  /** Older events were let go, or are not read, because of the limit. */
  readonly isFull: boolean;
}

export interface EventPage {
  readonly items: readonly StoredEvent[];
  readonly next?: string | undefined;
}

/** A feed that begins with the newest page. */
export function feedOf(page: EventPage): EventFeed {
  return limited({
    events: page.items,
    held: [],
    hasLostHeld: false,
    olderCursor: page.next,
    isFull: false,
  });
}

/** An event arrived: it shows at once, or is held back so that what is being read does not move. */
export function receive(feed: EventFeed, event: StoredEvent, isAtTop: boolean): EventFeed {
  if (isKnown(feed.events, event) || isKnown(feed.held, event)) return feed;
  if (isAtTop) return limited({ ...feed, events: [event, ...feed.events] });
  const held = [event, ...feed.held];
  return {
    ...feed,
    held: held.slice(0, heldLimit),
    hasLostHeld: feed.hasLostHeld || held.length > heldLimit,
  };
}

/** Shows what was held back. */
export function releaseHeld(feed: EventFeed): EventFeed {
  return limited({ ...feed, events: [...feed.held, ...feed.events], held: [] });
}

/** An older page was read. */
export function appendOlder(feed: EventFeed, page: EventPage): EventFeed {
  const fresh = page.items.filter((event) => !isKnown(feed.events, event) && !isKnown(feed.held, event));
  return limited({ ...feed, events: [...feed.events, ...fresh], olderCursor: page.next });
}

/** Events come nearly in order, so that what is known is found near the top. */
function isKnown(events: readonly StoredEvent[], event: StoredEvent): boolean {
  return events.some((each) => each.id === event.id);
}

function limited(feed: EventFeed): EventFeed {
  if (feed.events.length < feedLimit) return feed;
  const isCut = feed.events.length > feedLimit || feed.olderCursor !== undefined;
  return {
    ...feed,
    events: feed.events.slice(0, feedLimit),
    olderCursor: undefined,
    isFull: feed.isFull || isCut,
  };
}
