import type { Design, RolloutResult } from '@carrel/planner';
import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Progress,
  SegmentedControl,
  Select,
  Stack,
  Text,
} from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Card, LoadingBlock, ProblemAlert } from '../../ui/index.ts';
import { formatNumber, formatSeconds } from '../results/format-quantity.ts';
import { ResultTable } from '../results/result-table.tsx';
import { useJob } from '../worker/use-job.ts';
import { groupColumns } from './group-columns.tsx';
import { type RolloutValues, rolloutStart, startDays, startHours } from './rollout-values.ts';

const RolloutCharts = lazy(() =>
  import('./rollout-charts.tsx').then(({ RolloutCharts: component }) => ({ default: component })),
);

const usual: RolloutValues = { kind: 'initial', workspaces: [], day: '0', hour: '8', seed: 1, runs: 5 };

/** A rollout as it would go: when people are ready, and what that does to links and repositories. */
export function SimulationPanel({ design }: { readonly design: Design }): ReactNode {
  const [values, setValues] = useState<RolloutValues>(usual);
  const job = useJob('simulate');
  const start = (): void => {
    const { kind, workspaces, seed, runs } = values;
    const startsAtSeconds = rolloutStart(values);
    const chosen = workspaces.length === 0 ? {} : { workspaces };
    job.start({ design, rollout: { kind, startsAtSeconds, ...chosen }, seed, runs });
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
          <Group gap="xs">
            {job.isRunning ? (
              <Button
                variant="default"
                leftSection={<IconPlayerStop size={16} aria-hidden />}
                onClick={job.cancel}
              >
                Cancel
              </Button>
            ) : (
              <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={start}>
                Simulate
              </Button>
            )}
          </Group>
          {job.isRunning ? (
            <Progress value={job.progress * 100} aria-label="Progress of the simulation" animated />
          ) : null}
          {job.error ? <ProblemAlert error={job.error} /> : null}
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
  const number = (value: number | string): number => (typeof value === 'number' ? value : 1);
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
      <Select
        label="Announced on"
        w={130}
        allowDeselect={false}
        data={startDays}
        value={values.day}
        onChange={(day) => onChange({ ...values, day: day ?? values.day })}
      />
      <Select
        label="At (UTC)"
        w={100}
        allowDeselect={false}
        data={startHours}
        value={values.hour}
        onChange={(hour) => onChange({ ...values, hour: hour ?? values.hour })}
      />
      <NumberInput
        label="Runs"
        w={84}
        min={1}
        max={50}
        value={values.runs}
        onChange={(runs) => onChange({ ...values, runs: number(runs) })}
      />
      <NumberInput
        label="Seed"
        w={100}
        min={1}
        max={999_999}
        value={values.seed}
        onChange={(seed) => onChange({ ...values, seed: number(seed) })}
      />
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
            Of {formatNumber(clients)} people half are ready after <b>{formatSeconds(median.mean)}</b>, 95 in
            a hundred after <b>{formatSeconds(p95.mean)}</b>, all after <b>{formatSeconds(last.mean)}</b>.{' '}
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
