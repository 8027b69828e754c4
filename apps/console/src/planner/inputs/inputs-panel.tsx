import { Accordion, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Card } from '../../ui/index.ts';
import { faultsWithin } from '../editing/faults.ts';
import type { PlanList } from '../editing/plan-settings.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { SitesButton } from '../sites/sites-button.tsx';
import { TableButton } from '../tables/table-button.tsx';
import { listSections } from './input-sections.ts';
import { PopulationTable } from './population-table.tsx';
import { RowTable } from './row-table.tsx';
import { SectionFields } from './section-fields.tsx';

/** Everything that goes into a plan: what is asked of everybody first, what has good defaults folded in below. */
export function InputsPanel({ form }: { readonly form: PlanForm }): ReactNode {
  return (
    <Stack gap="md">
      <Card title="The plan">
        <SectionFields form={form} sections={['name', 'profile', 'description']} />
      </Card>
      <Card
        title="Locations and links"
        description="Where people work. Every location but the centre is linked to one nearer to it."
      >
        <RowTable
          form={form}
          label="Locations"
          {...listSections.locations}
          otherWays={
            <>
              <TableButton form={form} />
              <SitesButton form={form} />
            </>
          }
        />
      </Card>
      <Card title="Images" description="The virtual machines to be delivered. What is not known is assumed.">
        <ListTable form={form} list="images" label="Images" />
      </Card>
      <Card
        title="Workspaces and service levels"
        description="One image and one policy each, and what the business expects."
      >
        <ListTable form={form} list="workspaces" label="Workspaces" />
      </Card>
      <Card title="Who gets what" description="People at each location who get a workspace.">
        <PopulationTable form={form} />
      </Card>
      <Card title="Travellers" description="They count at every location they may visit.">
        <ListTable form={form} list="travellers" label="Travellers" />
      </Card>
      <Accordion variant="separated" multiple order={2} chevronPosition="left">
        <Folded
          form={form}
          title="Trust, organisation and law"
          about="What makes instances of their own. Isolated networks are a mark of their location."
          parts={['trustDomains', 'separations']}
        >
          <ListTable form={form} list="trustDomains" label="Domains" />
          <ListTable form={form} list="separations" label="Separations" />
        </Folded>
        <Folded
          form={form}
          title="Servers, consoles and recovery"
          about="Where servers stand, where administrators work, how long a repair takes."
          parts={['placement', 'consoles', 'recovery']}
        >
          <SectionFields form={form} sections={['placement', 'recovery']} />
          <ListTable form={form} list="consoles" label="Consoles" />
        </Folded>
        <Folded form={form} title="Downloads" about="How they behave on the links." parts={['delivery']}>
          <SectionFields form={form} sections={['delivery']} />
        </Folded>
        <Folded form={form} title="Events" about="What the database has to hold." parts={['events']}>
          <SectionFields form={form} sections={['events']} />
        </Folded>
        <Folded
          form={form}
          title="Costs and growth"
          about="What designs are compared by, and how long one has to last."
          parts={['costs', 'growth']}
        >
          <SectionFields form={form} sections={['growth', 'costs']} />
        </Folded>
        <Folded
          form={form}
          title="Limits of the product"
          about="Empty: those of its profile. Fill in what you measured yourselves."
          parts={['limits']}
        >
          <SectionFields form={form} sections={['limits']} />
        </Folded>
      </Accordion>
    </Stack>
  );
}

interface ListTableProps {
  readonly form: PlanForm;
  readonly list: PlanList;
  readonly label: string;
}

function ListTable({ form, list, label }: ListTableProps): ReactNode {
  return <RowTable form={form} label={label} {...listSections[list]} />;
}

interface FoldedProps {
  readonly form: PlanForm;
  readonly title: string;
  readonly about: string;
  /** Parts of the plan inside, whose faults show on the outside. */
  readonly parts: readonly string[];
  readonly children: ReactNode;
}

function Folded({ form, title, about, parts, children }: FoldedProps): ReactNode {
  const isFaulty = parts.some((part) =>
    faultsWithin(form.faults, part).some(({ severity }) => severity === 'error'),
  );
  return (
    <Accordion.Item value={parts.join('-')}>
      <Accordion.Control
        icon={
          isFaulty ? (
            <IconAlertTriangle size={16} color="var(--carrel-bad-dot)" aria-label="has errors" />
          ) : undefined
        }
      >
        <Text size="sm" fw={620} component="span" display="block">
          {title}
        </Text>
        <Text size="sm" c="dimmed" component="span" display="block">
          {about}
        </Text>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="lg">{children}</Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
