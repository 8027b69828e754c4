import type { ActualComparison } from '@carrel/planner';
import { Text } from '@mantine/core';
import { StatusBadge, type TableColumn } from '../../ui/index.ts';
import { formatNumber, formatQuantity } from '../results/format-quantity.ts';

type Assumption = ActualComparison['assumptions'][number];
type Service = ActualComparison['service'][number];
type Line = ActualComparison['lines'][number];

/** Numbers of the plan beside what was measured of them. */
export const assumptionColumns: readonly TableColumn<Assumption>[] = [
  {
    id: 'name',
    header: 'Assumption',
    cell: ({ name, basis, note }) => (
      <>
        <b>{name}</b>
        <Text size="xs" c="dimmed">
          from {basis}
          {note === '' ? '' : `; ${note}`}
        </Text>
      </>
    ),
  },
  {
    id: 'planned',
    header: 'Planned',
    align: 'end',
    cell: ({ planned, unit }) => formatQuantity(planned, unit),
  },
  {
    id: 'measured',
    header: 'Measured',
    align: 'end',
    cell: ({ measured, unit }) => formatQuantity(measured, unit),
  },
  {
    id: 'verdict',
    header: 'Verdict',
    cell: ({ verdict }) => (
      <StatusBadge tone={verdict === 'agrees' ? 'good' : 'warn'}>
        {verdict === 'agrees' ? 'agrees' : `is ${verdict}`}
      </StatusBadge>
    ),
  },
];

/** Loads as people saw them. */
export const serviceColumns: readonly TableColumn<Service>[] = [
  {
    id: 'place',
    header: 'Workspace',
    cell: ({ location, workspace, kind }) => (
      <>
        <b>{workspace}</b>, {kind === 'initial' ? 'first load' : 'updates'}
        <Text size="xs" c="dimmed">
          {location ?? 'everywhere'}
        </Text>
      </>
    ),
  },
  { id: 'loads', header: 'Loads', align: 'end', cell: ({ loads }) => formatNumber(loads) },
  {
    id: 'half',
    header: 'Half done after',
    align: 'end',
    cell: ({ medianHours }) => formatQuantity(medianHours * 3600, 's'),
  },
  {
    id: 'most',
    header: '95 in 100 after',
    align: 'end',
    cell: ({ p95Hours }) => formatQuantity(p95Hours * 3600, 's'),
  },
  {
    id: 'designed',
    header: 'All, as designed',
    align: 'end',
    cell: ({ designedHours }) =>
      designedHours === undefined ? '—' : formatQuantity(designedHours * 3600, 's'),
  },
  {
    id: 'kept',
    header: 'Service level',
    cell: ({ isKept, serviceLevelHours }) => (
      <StatusBadge tone={isKept ? 'good' : 'bad'}>
        {formatQuantity(serviceLevelHours, 'h')} {isKept ? 'kept' : 'missed'}
      </StatusBadge>
    ),
  },
];

/** What loading images took of links. */
export const lineColumns: readonly TableColumn<Line>[] = [
  { id: 'location', header: 'Location', cell: ({ location }) => <b>{location}</b> },
  {
    id: 'bytes',
    header: 'Loaded',
    align: 'end',
    cell: ({ downloadedBytes }) => formatQuantity(downloadedBytes, 'B'),
  },
  {
    id: 'mean',
    header: 'On average',
    align: 'end',
    cell: ({ meanMbitPerSecond }) => formatQuantity(meanMbitPerSecond, 'Mbit/s'),
  },
  {
    id: 'share',
    header: 'Of the link',
    align: 'end',
    cell: ({ share }) => `${formatNumber(share * 100)} %`,
  },
];
