import type { OutageGroup, OutageResult } from '@carrel/planner';
import { Stack, Text, Title } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';
import { Card, LoadingBlock, type TableColumn } from '../../ui/index.ts';
import { formatNumber, formatSeconds, formatSize } from '../results/format-quantity.ts';
import { ResultTable } from '../results/result-table.tsx';
import { AreaOverTime } from './lazy-area-over-time.ts';
import { formatWeekTime } from './week-time.ts';

export interface OutageOutcomeProps {
  readonly result: OutageResult;
  readonly currency: string;
}

/** Who stops working in an outage, when, and what that loses. */
export function OutageOutcome({ result, currency }: OutageOutcomeProps): ReactNode {
  const { component, name, startsAtSeconds, hours, firstStopSeconds, overTime, groups } = result;
  const stopping = groups.filter(({ stopped }) => stopped > 0);
  const mostAtOnce = Math.max(...overTime.map(({ people }) => people));
  return (
    <>
      <Card
        title="Who stops working"
        description={`The ${component} ${name} is down from ${formatWeekTime(startsAtSeconds)} UTC for ${formatNumber(hours)} h.`}
      >
        <Stack gap="md">
          <Text size="sm" role="status">
            <StopSentence result={result} currency={currency} />{' '}
            {result.withoutImages > 0
              ? `${formatNumber(result.withoutImages)} people get no new images. `
              : ''}
            {result.hasNoReports ? 'There are no reports. ' : ''}
            {result.waitingEvents > 0
              ? `${formatNumber(result.waitingEvents)} events (${formatSize(result.waitingBytes)}) wait on the clients.`
              : ''}
          </Text>
          {firstStopSeconds === undefined ? null : (
            <Suspense fallback={<LoadingBlock />}>
              <Title order={3} fz="sm">
                People who cannot work
              </Title>
              <AreaOverTime
                name="cannot work"
                label={`At most ${formatNumber(mostAtOnce)} people at once cannot work, the first after ${formatSeconds(firstStopSeconds)}`}
                points={overTime.map(({ atSeconds, people }) => ({ seconds: atSeconds, value: people }))}
                formatValue={formatNumber}
              />
            </Suspense>
          )}
        </Stack>
      </Card>
      {stopping.length === 0 ? null : (
        <Card title="By location and workspace" flush>
          <ResultTable
            label="Who stops, by location and workspace"
            columns={outageColumns}
            rows={stopping}
            rowId={({ location, workspace }) => `${location} ${workspace}`}
          />
        </Card>
      )}
    </>
  );
}

function StopSentence({ result, currency }: OutageOutcomeProps): ReactNode {
  const { stopped, withoutContact, firstStopSeconds, lostHours, lostCost } = result;
  if (firstStopSeconds === undefined) {
    return (
      <>
        <b>Nobody stops working</b>; {formatNumber(withoutContact)} people have no contact.
      </>
    );
  }
  const cost = lostCost > 0 ? ` (${formatNumber(lostCost)} ${currency})` : '';
  return (
    <>
      <b>{formatNumber(stopped)}</b> of {formatNumber(withoutContact)} people without contact stop working,
      the first after <b>{formatSeconds(firstStopSeconds)}</b>; {formatNumber(lostHours)} hours of work are
      lost{cost}.
    </>
  );
}

const outageColumns: readonly TableColumn<OutageGroup>[] = [
  {
    id: 'location',
    header: 'Location',
    sortBy: ({ location }) => location,
    cell: ({ location }) => <b>{location}</b>,
  },
  {
    id: 'workspace',
    header: 'Workspace',
    sortBy: ({ workspace }) => workspace,
    cell: ({ workspace }) => workspace,
  },
  {
    id: 'users',
    header: 'Users',
    align: 'end',
    sortBy: ({ users }) => users,
    cell: ({ users }) => formatNumber(users),
  },
  {
    id: 'stop',
    header: 'Stop',
    align: 'end',
    sortBy: ({ stopped }) => stopped,
    cell: ({ stopped }) => formatNumber(stopped),
  },
  timeColumn('first', 'First after', ({ firstStopSeconds }) => firstStopSeconds),
  timeColumn('last', 'Last after', ({ lastStopSeconds }) => lastStopSeconds),
  {
    id: 'lost',
    header: 'Hours lost',
    align: 'end',
    sortBy: ({ lostHours }) => lostHours,
    cell: ({ lostHours }) => formatNumber(lostHours),
  },
];

function timeColumn(
  id: string,
  header: string,
  secondsOf: (group: OutageGroup) => number | undefined,
): TableColumn<OutageGroup> {
  return {
    id,
    header,
    align: 'end',
    sortBy: (group) => secondsOf(group) ?? Number.POSITIVE_INFINITY,
    cell: (group) => {
      const seconds = secondsOf(group);
      return seconds === undefined ? '—' : formatSeconds(seconds);
    },
  };
}
