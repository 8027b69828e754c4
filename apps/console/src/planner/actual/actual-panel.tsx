import type { Measurements } from '@carrel/contract';
import type { Design } from '@carrel/planner';
import { Button, Select, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { Card, Loaded, LoadingBlock, ProblemAlert } from '../../ui/index.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { formatNumber } from '../results/format-quantity.ts';
import { ResultTable } from '../results/result-table.tsx';
import type { ActualResult } from '../worker/hold-against.ts';
import { useJob } from '../worker/use-job.ts';
import { assumptionColumns, lineColumns, serviceColumns } from './actual-columns.tsx';
import { measuredPeriods, usualPeriod } from './measured-periods.ts';
import { useMeasurements } from './use-measurements.ts';

export interface ActualPanelProps {
  readonly design: Design;
  readonly isReadOnly: boolean;
  /** Makes the corrected plan the one that is being written. */
  readonly onTake: (draft: PlanDraft) => void;
}

/** The plan beside what this instance measured of it. */
export function ActualPanel(props: ActualPanelProps): ReactNode {
  const [days, setDays] = useState(usualPeriod);
  const query = useMeasurements(Number(days));
  return (
    <Stack gap="md">
      <Select
        label="Measured in"
        maw={220}
        allowDeselect={false}
        data={measuredPeriods}
        value={days}
        onChange={(value) => setDays(value ?? days)}
      />
      <Loaded query={query}>{(measurements) => <Comparison {...props} measurements={measurements} />}</Loaded>
    </Stack>
  );
}

function Comparison(props: ActualPanelProps & { readonly measurements: Measurements }): ReactNode {
  const { design, measurements } = props;
  const { start, result, error } = useJob('holdAgainst');
  useEffect(() => start({ design, measurements }), [start, design, measurements]);
  if (error) return <ProblemAlert error={error} />;
  return result ? <Outcome {...props} result={result} /> : <LoadingBlock />;
}

function Outcome(props: ActualPanelProps & { readonly result: ActualResult }): ReactNode {
  const { result, isReadOnly, onTake } = props;
  const { comparison, corrected } = result;
  const { assumptions, service, lines, savedShare, unmeasured } = comparison;
  const missing = [...unmeasured.locations, ...unmeasured.images, ...unmeasured.workspaces];
  const correct = corrected && !isReadOnly && (
    <Button size="xs" onClick={() => onTake(corrected)}>
      Correct the plan
    </Button>
  );
  return (
    <>
      <Card
        title="Assumptions"
        description="Numbers of the plan beside the measured ones; what is furthest off comes first."
        actions={correct}
        flush
      >
        <ResultTable
          label="Assumptions"
          columns={assumptionColumns}
          rows={assumptions}
          rowId={({ name }) => name}
        />
      </Card>
      <Card title="Service levels" description="How long people really waited." flush>
        <ResultTable
          label="Service levels"
          columns={serviceColumns}
          rows={service}
          rowId={({ location, workspace, kind }) => `${location ?? ''} ${workspace} ${kind}`}
        />
      </Card>
      <Card title="Links" description="What loading images took of them, nights and weekends included." flush>
        <ResultTable label="Links" columns={lineColumns} rows={lines} rowId={({ location }) => location} />
      </Card>
      <Text size="sm">
        {savedShare === undefined
          ? 'Nothing was loaded yet, so nothing could be saved.'
          : `${formatNumber(savedShare * 100)} % of what computers needed did not have to come over a link.`}
        {missing.length === 0
          ? ''
          : ` The instance knows nothing of ${missing.slice(0, 12).join(', ')}${missing.length > 12 ? ` and ${missing.length - 12} more` : ''}: names of images and workspaces have to be the same, and a location is known by a tag of its computers.`}
      </Text>
    </>
  );
}
