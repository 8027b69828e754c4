import { type Design, type EventYear, usualStorms } from '@carrel/planner';
import { Group, Select, Stack, Text } from '@mantine/core';
import { type ReactNode, Suspense, useState } from 'react';
import { Card, LoadingBlock } from '../../ui/index.ts';
import { formatNumber, formatSize } from '../results/format-quantity.ts';
import { ResultTable } from '../results/result-table.tsx';
import { useJob } from '../worker/use-job.ts';
import { type Chance, ChanceFields } from './chance-fields.tsx';
import { eventYearColumns } from './event-year-columns.tsx';
import { AreaOverTime } from './lazy-area-over-time.ts';
import { RunControls } from './run-controls.tsx';

/** A year of events into the databases: whether their size and disks are enough. */
export function EventYearSimulation({ design }: { readonly design: Design }): ReactNode {
  const [chance, setChance] = useState<Chance>({ seed: 1, runs: 5 });
  const job = useJob('simulateYear');
  const { hours, clientShare, factor } = usualStorms;
  return (
    <Stack gap="md">
      <Card
        title="Simulate a year of events"
        description={`Computers report while people work. Once a month on average a storm of errors is assumed: for ${hours} hours ${formatNumber(clientShare * 100)} % of them report ${factor} times as much.`}
      >
        <Stack gap="md">
          <Group gap="md" align="flex-end">
            <ChanceFields value={chance} onChange={setChance} />
          </Group>
          <RunControls job={job} onStart={() => job.start({ design, options: chance })} />
        </Stack>
      </Card>
      {job.result ? <EventYearOutcome years={job.result} /> : null}
    </Stack>
  );
}

const weekSeconds = 7 * 86_400;

function EventYearOutcome({ years }: { readonly years: readonly EventYear[] }): ReactNode {
  const [instance, setInstance] = useState<string>();
  const fullest = years.toSorted((one, other) => other.filledShare - one.filledShare)[0];
  const shown = years.find((year) => year.instance === instance) ?? fullest;
  const tooSmall = years.filter(({ filledShare }) => filledShare > 1);
  return (
    <>
      <Card
        title="Databases in the year"
        description="Size at its largest beside the planned one; writes on average, in the busiest hour, and with the reading of reports then."
        flush
      >
        <ResultTable
          label="Databases in the year"
          columns={eventYearColumns}
          rows={years}
          rowId={(year) => year.instance}
        />
      </Card>
      <Card
        title="How a database fills"
        description="Events that are kept, before tables and indexes add to them; the first of the runs."
      >
        <Stack gap="md">
          <Text size="sm" role="status">
            {tooSmall.length === 0
              ? 'Every database is large enough, also in the worst run.'
              : `Too small in the worst run: ${tooSmall.map((year) => year.instance).join(', ')}. A larger safety factor for events makes room.`}
          </Text>
          {years.length < 2 ? null : (
            <Select
              label="Instance"
              size="xs"
              maw={360}
              searchable
              allowDeselect={false}
              limit={200}
              data={years.map((year) => year.instance)}
              value={shown?.instance ?? null}
              onChange={(value) => setInstance(value ?? undefined)}
            />
          )}
          {shown ? (
            <Suspense fallback={<LoadingBlock />}>
              <AreaOverTime
                name="events kept"
                label={`The events of ${shown.instance} take at most ${formatSize(shown.peakBytes.mean)}; ${formatSize(shown.plannedBytes)} are planned`}
                points={[
                  { seconds: 0, value: 0 },
                  ...shown.bytesByWeek.map((value, week) => ({ seconds: (week + 1) * weekSeconds, value })),
                ]}
                formatValue={formatSize}
                limit={{ value: shown.plannedBytes, label: 'planned' }}
              />
            </Suspense>
          ) : null}
        </Stack>
      </Card>
    </>
  );
}
