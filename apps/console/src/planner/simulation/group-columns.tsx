import type { GroupResult } from '@carrel/planner';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusBadge, type TableColumn } from '../../ui/index.ts';
import { formatNumber, formatSeconds } from '../results/format-quantity.ts';

/** What a simulated rollout comes to at a location, for a workspace. */
export const groupColumns: readonly TableColumn<GroupResult>[] = [
  {
    id: 'location',
    header: 'Location',
    sortBy: ({ location }) => location,
    cell: ({ location, workspace }) => (
      <>
        <b>{location}</b>
        <Text size="xs" c="dimmed">
          {workspace}
        </Text>
      </>
    ),
  },
  {
    id: 'clients',
    header: 'People',
    align: 'end',
    sortBy: ({ clients }) => clients,
    cell: ({ clients }) => formatNumber(Math.round(clients)),
  },
  timeColumn('start', 'First can start', ({ firstStartSeconds }) => firstStartSeconds.median.mean),
  timeColumn('half', 'Half ready', ({ readySeconds }) => readySeconds.median.mean),
  timeColumn('most', '95 in 100', ({ readySeconds }) => readySeconds.p95.mean),
  timeColumn('all', 'All', ({ readySeconds }) => readySeconds.last.mean),
  {
    id: 'level',
    header: 'In time',
    sortBy: ({ shareInTime }) => shareInTime.mean,
    cell: (group) => <InTime group={group} />,
  },
];

function timeColumn(
  id: string,
  header: string,
  secondsOf: (group: GroupResult) => number,
): TableColumn<GroupResult> {
  return {
    id,
    header,
    align: 'end',
    sortBy: secondsOf,
    cell: (group) => formatSeconds(secondsOf(group)),
  };
}

function InTime({ group }: { readonly group: GroupResult }): ReactNode {
  const { isMet, serviceLevelSeconds, shareInTime } = group;
  if (serviceLevelSeconds === undefined) return '—';
  const within = `within ${formatSeconds(serviceLevelSeconds)}`;
  return (
    <StatusBadge tone={isMet ? 'good' : 'bad'}>
      {isMet ? `all ${within}` : `${formatNumber(Math.floor(shareInTime.mean * 100))} % ${within}`}
    </StatusBadge>
  );
}
