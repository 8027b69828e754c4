import type { StoredEvent } from '@carrel/contract';
import { createId } from '@carrel/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  appendOlder,
  type EventFeed,
  feedLimit,
  feedOf,
  heldLimit,
  receive,
  releaseHeld,
} from './event-feed.ts';
import { eventFiltersSchema, matchesFilters } from './event-filters.ts';

function event(number: number, changes: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id: createId(number, new Uint8Array(10)),
    deviceId: null,
    sequence: null,
    code: 'WORKSPACE-002',
    severity: 'information',
    category: 'workspace',
    message: `event ${number}`,
    clientTime: '2026-11-21T04:00:00.000Z',
    receivedTime: '2026-11-21T04:00:00.000Z',
    user: 'Ada',
    hostName: 'pc-17',
    workspaceId: null,
    workspaceName: null,
    guestName: null,
    agentVersion: null,
    fields: {},
    ...changes,
  };
}

const range = (from: number, to: number): StoredEvent[] =>
  Array.from({ length: from - to + 1 }, (_, index) => event(from - index));
const messages = (feed: EventFeed): string[] => feed.events.map((each) => each.message);

describe('the feed', () => {
  test('shows what arrives at the top, once', () => {
    const feed = receive(receive(feedOf({ items: [event(1)] }), event(2), true), event(2), true);
    expect(messages(feed)).toEqual(['event 2', 'event 1']);
  });

  test('holds back what arrives while older events are read, and shows it when asked', () => {
    const feed = [2, 3].reduce(
      (now, number) => receive(now, event(number), false),
      feedOf({ items: [event(1)] }),
    );
    expect(messages(feed)).toEqual(['event 1']);
    expect(feed.held).toHaveLength(2);
    expect(messages(releaseHeld(feed))).toEqual(['event 3', 'event 2', 'event 1']);
  });

  test('counts what it could not hold as lost', () => {
    let feed = feedOf({ items: [event(1)] });
    for (let number = 2; number <= heldLimit + 2; number += 1) feed = receive(feed, event(number), false);
    expect(feed.held).toHaveLength(heldLimit);
    expect(feed.hasLostHeld).toBe(true);
  });

  test('older pages follow, and a page that overlaps adds nothing twice', () => {
    const feed = appendOlder(feedOf({ items: range(6, 4), next: 'a' }), { items: range(5, 1) });
    expect(messages(feed)).toEqual(range(6, 1).map((each) => each.message));
    expect(feed.olderCursor).toBeUndefined();
  });

  test('is never longer than its limit, and says that it is full', () => {
    const feed = receive(feedOf({ items: range(feedLimit, 1), next: 'more' }), event(feedLimit + 1), true);
    expect(feed.events).toHaveLength(feedLimit);
    expect(feed.events[0]?.message).toBe(`event ${feedLimit + 1}`);
    expect(feed.isFull).toBe(true);
    expect(feed.olderCursor).toBeUndefined();
  });

  test('holds no event twice, whatever arrives in whatever way', () => {
    const step = fc.tuple(
      fc.constantFrom('live', 'away', 'release', 'older'),
      fc.integer({ min: 1, max: 12 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let feed = feedOf({ items: [] });
        for (const [kind, number] of steps) {
          if (kind === 'release') feed = releaseHeld(feed);
          else if (kind === 'older') feed = appendOlder(feed, { items: [event(number)] });
          else feed = receive(feed, event(number), kind === 'live');
        }
        const shown = messages(releaseHeld(feed));
        expect(new Set(shown).size).toBe(shown.length);
      }),
    );
  });
});

describe('filters', () => {
  test('match as the server does: exact severity and code, parts of names in any case', () => {
    const sample = event(1, { severity: 'error', code: 'IMAGE-003' });
    expect(matchesFilters(sample, {})).toBe(true);
    expect(matchesFilters(sample, { severity: 'error', code: 'IMAGE-003', user: 'ad', hostName: 'PC' })).toBe(
      true,
    );
    expect(matchesFilters(sample, { severity: 'warning' })).toBe(false);
    expect(matchesFilters(sample, { user: 'bob' })).toBe(false);
    expect(matchesFilters(sample, { deviceId: createId(1, new Uint8Array(10)) })).toBe(false);
  });

  test('an address with nonsense in it filters by what is sound', () => {
    expect(
      eventFiltersSchema.parse({ severity: 'loud', code: 'NOPE-1', user: ' ada ', deviceId: 'x' }),
    ).toEqual({
      user: 'ada',
    });
  });
});
