import { type PlanSummary, routes } from '@carrel/contract';
import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileImport, IconMap, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  LinkButton,
  Page,
  type TableColumn,
  TextLink,
  TimeAgo,
} from '../ui/index.ts';
import { StartFromInstance } from './start/from-instance.tsx';
import { ImportDialog } from './start/import-dialog.tsx';
import { OpenExample } from './start/open-example.tsx';

/** Every plan that is kept. */
export function PlannerPage(): ReactNode {
  const api = useApi();
  const mayEdit = useMay('plans.edit');
  const [isImporting, importing] = useDisclosure(false);
  const plans = usePages({
    queryKey: [...queryKeys.plans, 'list'],
    read: (query, signal) => api.call(routes.listPlans, { query, signal }),
  });
  const columns = useMemo(planColumns, []);
  const ways = mayEdit ? (
    <Group gap="xs" justify="center">
      <LinkButton to="/planner/new" leftSection={<IconPlus size={16} aria-hidden />}>
        New plan
      </LinkButton>
      <Button
        variant="default"
        leftSection={<IconFileImport size={16} aria-hidden />}
        onClick={importing.open}
      >
        Import a file
      </Button>
      <StartFromInstance />
      <OpenExample />
    </Group>
  ) : undefined;
  return (
    <Page
      title="Planner"
      description="Says how many servers, repositories and how much bandwidth a deployment needs, and why, before anything is bought."
      actions={
        <>
          <LinkButton to="/planner/consolidation" variant="default">
            Consolidate servers
          </LinkButton>
          {plans.items?.length === 0 ? null : ways}
        </>
      }
    >
      <Card flush>
        <DataTable
          label="Plans"
          columns={columns}
          list={plans}
          rowId={({ id }) => id}
          empty={
            <EmptyState icon={<IconMap size={26} />} title="No plans yet" action={ways}>
              {mayEdit
                ? 'A few questions lead to a first design: where people work, what they get, and what the business expects. Everything can be changed later.'
                : 'Nobody has made a plan here. It takes the permission to make and change plans.'}
            </EmptyState>
          }
        />
      </Card>
      {isImporting ? <ImportDialog onClose={importing.close} /> : null}
    </Page>
  );
}

function planColumns(): readonly TableColumn<PlanSummary>[] {
  return [
    {
      id: 'name',
      header: 'Plan',
      sortBy: ({ name }) => name,
      cell: ({ id, name, description }) => (
        <>
          <TextLink to="/planner/$planId" params={{ planId: id }}>
            {name}
          </TextLink>
          {description === '' ? null : (
            <Text size="xs" c="dimmed" lineClamp={1}>
              {description}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'updated',
      header: 'Last change',
      sortBy: ({ updatedAt }) => updatedAt,
      cell: ({ updatedAt, updatedBy }) => (
        <>
          <TimeAgo time={updatedAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {updatedBy}
          </Text>
        </>
      ),
    },
    {
      id: 'created',
      header: 'Made',
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt, createdBy }) => (
        <>
          <TimeAgo time={createdAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {createdBy}
          </Text>
        </>
      ),
    },
  ];
}
