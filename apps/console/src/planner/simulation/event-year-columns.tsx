import type { EventYear } from '@carrel/planner';
import { StatusBadge, type TableColumn } from '../../ui/index.ts';
import { formatNumber, formatSize } from '../results/format-quantity.ts';

/** What a year of events takes of the database of an instance. */
export const eventYearColumns: readonly TableColumn<EventYear>[] = [
  {
    id: 'instance',
    header: 'Instance',
    sortBy: ({ instance }) => instance,
    cell: ({ instance }) => <b>{instance}</b>,
  },
  numberColumn('clients', 'Clients', ({ clients }) => clients),
  numberColumn('events', 'Events', ({ events }) => Math.round(events.mean)),
  sizeColumn('size', 'Size', ({ peakBytes }) => peakBytes.mean),
  sizeColumn('planned', 'Planned', ({ plannedBytes }) => plannedBytes),
  {
    id: 'filled',
    header: 'Filled',
    align: 'end',
    sortBy: ({ filledShare }) => filledShare,
    cell: ({ filledShare }) => (
      <StatusBadge tone={filledShare > 1 ? 'bad' : 'good'}>{percentOf(filledShare)}</StatusBadge>
    ),
  },
  numberColumn('mean', 'Writes/s', ({ meanWritesPerSecond }) => meanWritesPerSecond.mean),
  numberColumn('peak', 'Peak', ({ peakWritesPerSecond }) => peakWritesPerSecond.mean),
  numberColumn('reports', 'With reports', ({ peakOperationsPerSecond }) => peakOperationsPerSecond.mean),
];

function numberColumn(
  id: string,
  header: string,
  numberOf: (year: EventYear) => number,
): TableColumn<EventYear> {
  return { id, header, align: 'end', sortBy: numberOf, cell: (year) => formatNumber(numberOf(year)) };
}

function sizeColumn(
  id: string,
  header: string,
  bytesOf: (year: EventYear) => number,
): TableColumn<EventYear> {
  return {
    id,
    header,
    align: 'end',
    sortBy: bytesOf,
    cell: (year) => <span style={{ whiteSpace: 'nowrap' }}>{formatSize(bytesOf(year))}</span>,
  };
}

/** What is too much is never rounded down to all of it. */
function percentOf(share: number): string {
  const tenths = share > 1 ? Math.ceil(share * 1000) : Math.floor(share * 1000);
  return `${(tenths / 10).toFixed(1)} %`;
}
