import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { LatestJudgement } from '../editing/use-judgement.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { listSections } from '../inputs/input-sections.ts';
import { PopulationTable } from '../inputs/population-table.tsx';
import { RowTable } from '../inputs/row-table.tsx';
import { SectionFields } from '../inputs/section-fields.tsx';
import { PlanSummaryBar } from '../plan-summary-bar.tsx';
import { SitesButton } from '../sites/sites-button.tsx';
import { TableButton } from '../tables/table-button.tsx';

export interface StepContentProps {
  readonly step: number;
  readonly form: PlanForm;
  readonly judgement: LatestJudgement;
}

/** The questions of a step of the interview. */
export function StepContent({ step, form, judgement }: StepContentProps): ReactNode {
  switch (step) {
    case 0:
      return <SectionFields form={form} sections={['name', 'profile', 'description']} />;
    case 1:
      return (
        <RowTable
          form={form}
          {...listSections.locations}
          hasDetails={false}
          columns={['name', 'users', 'uplink.to', 'uplink.bandwidthMbitPerSecond', 'isIsolated']}
          label="Locations"
          otherWays={
            <>
              <TableButton form={form} />
              <SitesButton form={form} />
            </>
          }
        />
      );
    case 2:
      return (
        <RowTable
          form={form}
          {...listSections.images}
          hasDetails={false}
          columns={['name', 'sizeGb', 'dataGb', 'origin', 'update.everyDays']}
          label="Images"
        />
      );
    case 3:
      return (
        <Stack gap="lg">
          <RowTable
            form={form}
            {...listSections.workspaces}
            hasDetails={false}
            columns={[
              'name',
              'image',
              'serviceLevels.initialLoadHours',
              'serviceLevels.updateHours',
              'offlineLimitHours',
            ]}
            label="Workspaces"
          />
          <Stack gap={4}>
            <Title order={3} fz="sm">
              People who get each workspace
            </Title>
            <PopulationTable form={form} />
          </Stack>
        </Stack>
      );
    case 4:
      return <SpecialCases form={form} />;
    default:
      return <FirstDesign judgement={judgement} />;
  }
}

function SpecialCases({ form }: { readonly form: PlanForm }): ReactNode {
  return (
    <Stack gap="lg">
      <Part title="What a location has">
        <RowTable
          form={form}
          {...listSections.locations}
          hasDetails={false}
          isFixed
          columns={['name', 'trustDomain', 'hasLibrary', 'hasOfficePeers']}
          label="Locations"
        />
      </Part>
      <Part title="Domains">
        <RowTable form={form} {...listSections.trustDomains} label="Domains" />
      </Part>
      <Part title="Groups set apart by organisation or law">
        <RowTable form={form} {...listSections.separations} label="Separations" />
      </Part>
      <Part title="People who work at several locations">
        <RowTable form={form} {...listSections.travellers} label="Travellers" />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <Stack gap={4}>
      <Title order={3} fz="sm">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function FirstDesign({ judgement }: { readonly judgement: LatestJudgement }): ReactNode {
  const { design } = judgement;
  return (
    <Stack gap="md">
      <PlanSummaryBar judgement={judgement} />
      {design ? (
        <ul>
          {design.instances.map(({ name, because }) => (
            <li key={name}>
              <Text size="sm">
                Instance <b>{name}</b>: {because}
              </Text>
            </li>
          ))}
          {design.repositories.map(({ name, because }) => (
            <li key={name}>
              <Text size="sm">
                Repository <b>{name}</b>: {because}
              </Text>
            </li>
          ))}
        </ul>
      ) : null}
    </Stack>
  );
}
