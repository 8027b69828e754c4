import type { StoredEvent } from '@carrel/contract';
import { IconActivity } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Card, EmptyState, LoadingBlock, Page, ProblemAlert } from '../ui/index.ts';
import { EventDetails } from './event-details.tsx';
import { EventFilterBar } from './event-filter-bar.tsx';
import { definedFilters, type EventFilters } from './event-filters.ts';
import { EventList } from './event-list.tsx';
import { useEventFeed } from './use-event-feed.ts';

const route = getRouteApi('/signed-in/events');

/** What computers and this server report, as it happens. */
export function EventsPage(): ReactNode {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const onChange = (next: EventFilters): void =>
    void navigate({ to: '/events', search: definedFilters(next), replace: true });
  return (
    <Page title="Events" description="What computers and this server report, newest first, as it happens.">
      <EventFilterBar filters={filters} onChange={onChange} />
      <Card flush>
        <Feed key={JSON.stringify(filters)} filters={filters} />
      </Card>
    </Page>
  );
}

function Feed({ filters }: { readonly filters: EventFilters }): ReactNode {
  const events = useEventFeed(filters);
  const [shown, setShown] = useState<StoredEvent>();
  const { feed, error } = events;
  const isNarrowed = Object.keys(definedFilters(filters)).length > 0;
  if (!feed) {
    return (
      <div style={{ padding: 18 }}>
        {error ? <ProblemAlert error={error} onRetry={events.retry} /> : <LoadingBlock />}
      </div>
    );
  }
  return (
    <>
      {error ? <ProblemAlert error={error} onRetry={events.retry} /> : null}
      {feed.events.length === 0 ? (
        <EmptyState
          icon={<IconActivity size={26} />}
          title={isNarrowed ? 'No event matches' : 'No events yet'}
        >
          {isNarrowed
            ? 'New events that match show here as they arrive.'
            : 'Enrol a computer, and what happens on it shows here within a minute.'}
        </EmptyState>
      ) : (
        <EventList
          feed={feed}
          isLoadingOlder={events.isLoadingOlder}
          onLoadOlder={events.loadOlder}
          onShowHeld={events.showHeld}
          onAtTop={events.setIsAtTop}
          onOpen={setShown}
        />
      )}
      <EventDetails event={shown} onClose={() => setShown(undefined)} />
    </>
  );
}
