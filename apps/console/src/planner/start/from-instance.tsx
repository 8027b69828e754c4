import type { Measurements } from '@carrel/contract';
import { planFromInstance } from '@carrel/planner';
import { Button, Group, Modal, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconServer } from '@tabler/icons-react';
import { type ReactNode, type SubmitEvent, useMemo, useState } from 'react';
import { Loaded, ProblemAlert } from '../../ui/index.ts';
import { measuredPeriods, usualPeriod } from '../actual/measured-periods.ts';
import { useMeasurements } from '../actual/use-measurements.ts';
import { formatNumber } from '../results/format-quantity.ts';
import { useNewPlan } from '../use-new-plan.ts';
import { computerTags, isEmptyPlan } from './measured-places.ts';

/** Begins a plan with what this instance has: images, workspaces, people and computers. */
export function StartFromInstance(): ReactNode {
  const [isOpen, open] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconServer size={16} aria-hidden />} onClick={open.open}>
        From this instance
      </Button>
      {isOpen ? <FromInstanceDialog onClose={open.close} /> : null}
    </>
  );
}

function FromInstanceDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [days, setDays] = useState(usualPeriod);
  const query = useMeasurements(Number(days));
  return (
    <Modal opened onClose={onClose} size={560} title="A plan of this instance">
      <Stack gap="md">
        <Text size="sm">
          Images as they were measured, workspaces with their people, and computers by location. How locations
          are linked no instance knows: that is filled in afterwards.
        </Text>
        <Select
          label="Measured in"
          allowDeselect={false}
          data={measuredPeriods}
          value={days}
          onChange={(value) => setDays(value ?? days)}
        />
        <Loaded query={query}>
          {(measurements) => <MeasuredPlan measurements={measurements} onClose={onClose} />}
        </Loaded>
      </Stack>
    </Modal>
  );
}

interface MeasuredPlanProps {
  readonly measurements: Measurements;
  readonly onClose: () => void;
}

function MeasuredPlan({ measurements, onClose }: MeasuredPlanProps): ReactNode {
  const [name, setName] = useState('As it is');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { create, isPending, error } = useNewPlan('inputs');
  const tags = useMemo(() => computerTags(measurements), [measurements]);
  // Another period may not know a tag that was chosen before.
  const locations = chosen.filter((tag) => tags.some(({ value }) => value === tag));
  const plan = planFromInstance(measurements, { name: name.trim(), locations });
  const isEmpty = isEmptyPlan(plan);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    create(plan);
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="md">
        <TextInput
          label="Name of the plan"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <MultiSelect
          label="Locations"
          description="Tags of computers that name the place where they are. Without any, all are at one place."
          placeholder={placeholderOf(tags.length, locations.length)}
          disabled={tags.length === 0}
          searchable
          data={[...tags]}
          value={[...locations]}
          onChange={setChosen}
        />
        <Text size="sm" role="status">
          {isEmpty
            ? 'Nothing to plan from: in this time no computer made contact, and no image is in use.'
            : summaryOf(plan)}
        </Text>
        {error ? <ProblemAlert error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={isEmpty || name.trim() === ''}>
            Make the plan
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function placeholderOf(tags: number, chosen: number): string {
  if (tags === 0) return 'No computer has a tag';
  return chosen === 0 ? 'All computers at one place' : '';
}

function summaryOf({ locations = [], images = [], workspaces = [] }: ReturnType<typeof planFromInstance>) {
  const users = locations.reduce((sum, location) => sum + location.users, 0);
  const parts = [
    counted(users, 'computer', 'computers'),
    counted(locations.length, 'location', 'locations'),
    counted(images.length, 'image', 'images'),
    counted(workspaces.length, 'workspace', 'workspaces'),
  ];
  return `${parts.join(', ')}.`;
}

function counted(count: number, one: string, many: string): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
