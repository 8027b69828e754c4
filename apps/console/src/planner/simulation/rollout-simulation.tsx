import type { Design, RolloutResult } from '@carrel/planner';
import { Group, MultiSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Card, LoadingBlock } from '../../ui/index.ts';
import { formatNumber, formatSeconds } from '../results/format-quantity.ts';
import { ResultTable } from '../results/result-table.tsx';
import { useJob } from '../worker/use-job.ts';
import { type Chance, ChanceFields } from './chance-fields.tsx';
import { groupColumns } from './group-columns.tsx';
import { RunControls } from './run-controls.tsx';
import { secondsOfWeek, type WeekTime } from './week-time.ts';
import { WeekTimeFields } from './week-time-fields.tsx';

const RolloutCharts = lazy(() =>
  import('./rollout-charts.tsx').then(({ RolloutCharts: component }) => ({ default: component })),
);

/** A rollout as somebody asks for it. */
interface RolloutValues {
  readonly kind: 'initial' | 'update';
  /** Names; none: all of them. */
  readonly workspaces: readonly string[];
  readonly begin: WeekTime;
  readonly chance: Chance;
}

const usual: RolloutValues = {
  kind: 'initial',
  workspaces: [],
  begin: { day: '0', hour: '8' },
  chance: { seed: 1, runs: 5 },
};

/** A rollout as it would go: when people are ready, and what that does to links and repositories. */
export function RolloutSimulation({ design }: { readonly design: Design }): ReactNode {
  const [values, setValues] = useState<RolloutValues>(usual);
  const job = useJob('simulate');
  const start = (): void => {
    const { kind, workspaces, begin, chance } = values;
    const chosen = workspaces.length === 0 ? {} : { workspaces };
    job.start({ design, rollout: { kind, startsAtSeconds: secondsOfWeek(begin), ...chosen }, ...chance });
  };
  return (
    <Stack gap="md">
      <Card
        title="Simulate a rollout"
        description="Everybody begins as the plan says, and shares links with each other and with other traffic."
      >
        <Stack gap="md">
          <RolloutForm
            values={values}
            onChange={setValues}
            workspaces={design.plan.workspaces.map(({ name }) => name)}
          />
          <RunControls job={job} onStart={start} progress={job.progress} />
        </Stack>
      </Card>
      {job.result ? <RolloutOutcome result={job.result} /> : null}
    </Stack>
  );
}

interface RolloutFormProps {
  readonly values: RolloutValues;
  readonly onChange: (values: RolloutValues) => void;
  readonly workspaces: readonly string[];
}

function RolloutForm({ values, onChange, workspaces }: RolloutFormProps): ReactNode {
  return (
    <Group gap="md" align="flex-end">
      <SegmentedControl
        aria-label="What is rolled out"
        value={values.kind}
        onChange={(kind) => onChange({ ...values, kind: kind === 'update' ? 'update' : 'initial' })}
        data={[
          { value: 'initial', label: 'First version' },
          { value: 'update', label: 'An update' },
        ]}
      />
      <MultiSelect
        label="Workspaces"
        placeholder={values.workspaces.length === 0 ? 'All' : ''}
        w={220}
        data={[...new Set(workspaces)]}
        value={[...values.workspaces]}
        onChange={(chosen) => onChange({ ...values, workspaces: chosen })}
      />
      <WeekTimeFields
        label="Announced on"
        value={values.begin}
        onChange={(begin) => onChange({ ...values, begin })}
      />
      <ChanceFields value={values.chance} onChange={(chance) => onChange({ ...values, chance })} />
    </Group>
  );
}

function RolloutOutcome({ result }: { readonly result: RolloutResult }): ReactNode {
  const { all, groups, clients, runs, seed } = result;
  const { median, p95, last } = all.readySeconds;
  const late = groups.filter(({ isMet, serviceLevelSeconds }) => serviceLevelSeconds !== undefined && !isMet);
  return (
    <>
      <Card title="When people are ready">
        <Stack gap="md">
          <Text size="sm" role="status">
            Of {formatNumber(clients)} workspaces, one for each person and image, half are ready after{' '}
            <b>{formatSeconds(median.mean)}</b>, 95 in a hundred after <b>{formatSeconds(p95.mean)}</b>, all
            after <b>{formatSeconds(last.mean)}</b>.{' '}
            {late.length === 0
              ? 'Every service level is met.'
              : `${late.length} of ${groups.length} groups miss their service level.`}{' '}
            <Text span c="dimmed" size="sm">
              Means of {runs === 1 ? 'one run' : `${runs} runs`} with seed {seed}; the same seed gives the
              same figures.
            </Text>
          </Text>
          <Suspense fallback={<LoadingBlock />}>
            <RolloutCharts result={result} />
          </Suspense>
        </Stack>
      </Card>
      <Card title="By location and workspace" flush>
        <ResultTable
          label="By location and workspace"
          columns={groupColumns}
          rows={groups}
          rowId={({ location, workspace }) => `${location} ${workspace}`}
        />
      </Card>
    </>
  );
}
