import { type Design, failingParts, type Outage } from '@carrel/planner';
import { Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Card } from '../../ui/index.ts';
import { useJob } from '../worker/use-job.ts';
import { OutageOutcome } from './outage-outcome.tsx';
import {
  longestOutageHours,
  type OutageValues,
  outageComponents,
  outageOf,
  usualOutage,
} from './outage-values.ts';
import { RunControls } from './run-controls.tsx';
import { WeekTimeFields } from './week-time-fields.tsx';

const componentNames = Object.keys(outageComponents) as Outage['component'][];

/** Something that fails for a while: who stops working, and when. */
export function OutageSimulation({ design }: { readonly design: Design }): ReactNode {
  const [values, setValues] = useState<OutageValues>(() => ({
    ...usualOutage(design, 'server'),
    begin: { day: '1', hour: '9' },
  }));
  const job = useJob('simulateOutage');
  const outage = outageOf(design, values);
  return (
    <Stack gap="md">
      <Card
        title="Simulate an outage"
        description="Who stops working while something is away: by the offline limits of workspaces, the last contact of each computer, and when people work."
      >
        <Stack gap="md">
          <OutageForm design={design} values={values} onChange={setValues} />
          {outage ? (
            <RunControls job={job} onStart={() => job.start({ design, outage })} />
          ) : (
            <Text size="sm" c="dimmed">
              The design has nothing of this kind that could fail.
            </Text>
          )}
        </Stack>
      </Card>
      {job.result ? <OutageOutcome result={job.result} currency={design.cost.currency} /> : null}
    </Stack>
  );
}

interface OutageFormProps {
  readonly design: Design;
  readonly values: OutageValues;
  readonly onChange: (values: OutageValues) => void;
}

function OutageForm({ design, values, onChange }: OutageFormProps): ReactNode {
  const { names } = failingParts(design)[values.component];
  return (
    <Group gap="md" align="flex-end">
      <Select
        label="What fails"
        w={150}
        allowDeselect={false}
        data={componentNames.map((value) => ({ value, label: outageComponents[value] }))}
        value={values.component}
        onChange={(value) => {
          const component = componentNames.find((each) => each === value);
          if (component) onChange({ ...values, ...usualOutage(design, component) });
        }}
      />
      {names.length === 0 ? null : (
        <Select
          label={values.component === 'link' ? 'Of the location' : 'Which'}
          w={240}
          searchable
          allowDeselect={false}
          limit={200}
          data={[...names]}
          value={values.name}
          onChange={(name) => onChange({ ...values, name: name ?? values.name })}
        />
      )}
      <WeekTimeFields
        label="From"
        value={values.begin}
        onChange={(begin) => onChange({ ...values, begin })}
      />
      <NumberInput
        label="For hours"
        w={110}
        min={0.25}
        max={longestOutageHours}
        value={values.hours}
        onChange={(hours) =>
          onChange({ ...values, hours: typeof hours === 'number' && hours > 0 ? hours : values.hours })
        }
      />
    </Group>
  );
}
