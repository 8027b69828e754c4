import { type PlanSummary, routes } from '@carrel/contract';
import type { Design } from '@carrel/planner';
import { MultiSelect, Stack, Text } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { queryKeys, useApi } from '../../api/index.ts';
import { Card, Loaded, LoadingBlock, ProblemAlert } from '../../ui/index.ts';
import type { ComparisonResult } from '../worker/compare-with-plans.ts';
import { useJob } from '../worker/use-job.ts';
import { ComparisonTables } from './comparison-tables.tsx';

const route = getRouteApi('/signed-in/planner/$planId');
/** The server allows no longer page. */
const choiceLimit = 1000;
/** As many as can be read side by side. */
const mostPlans = 3;

/** The plan as it is written at the moment beside others that are kept. */
export function CompareCard({ design }: { readonly design: Design }): ReactNode {
  const { planId } = route.useParams();
  const api = useApi();
  const query = useQuery({
    queryKey: [...queryKeys.plans, 'choice'],
    queryFn: async ({ signal }) =>
      (await api.call(routes.listPlans, { query: { limit: choiceLimit }, signal })).items,
  });
  return (
    <Card
      title="Compare with other plans"
      description="Side by side: what differs in inputs, figures, times and decisions."
    >
      <Loaded query={query}>
        {(plans) => <PlanChoice design={design} plans={plans.filter(({ id }) => id !== planId)} />}
      </Loaded>
    </Card>
  );
}

interface PlanChoiceProps {
  readonly design: Design;
  readonly plans: readonly PlanSummary[];
}

function PlanChoice({ design, plans }: PlanChoiceProps): ReactNode {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (plans.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        There is no other plan yet. Copy this one under Actions, change the copy, and hold them against each
        other here.
      </Text>
    );
  }
  const known = plans.filter(({ id }) => chosen.includes(id));
  return (
    <Stack gap="md">
      <MultiSelect
        label="Plans"
        maw={520}
        placeholder={known.length === 0 ? 'Choose up to three' : ''}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Choose none' }}
        limit={200}
        maxValues={mostPlans}
        data={plans.map(({ id, name }) => ({ value: id, label: name }))}
        value={known.map(({ id }) => id)}
        onChange={setChosen}
      />
      {known.length === 0 ? null : <SideBySide design={design} plans={known} />}
    </Stack>
  );
}

function SideBySide({ design, plans }: PlanChoiceProps): ReactNode {
  const api = useApi();
  const { others, error } = useQueries({
    queries: plans.map(({ id }) => ({
      queryKey: [...queryKeys.plans, id],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        api.call(routes.getPlan, { params: { planId: id }, signal }),
    })),
    combine: (queries) => ({
      others: queries.flatMap(({ data }) => data ?? []),
      error: queries.find((query) => query.error)?.error,
    }),
  });
  const { start, result, error: fault } = useJob('compareWithPlans');
  const isRead = others.length === plans.length;
  useEffect(() => {
    if (isRead) start({ design, others: others.map(({ name, document }) => ({ name, document })) });
  }, [start, design, others, isRead]);
  const problem = error ?? fault;
  if (problem) return <ProblemAlert error={problem} />;
  return result ? <Comparison result={result} /> : <LoadingBlock />;
}

function Comparison({ result }: { readonly result: ComparisonResult }): ReactNode {
  const { names, flawed, inputs, comparison } = result;
  return (
    <>
      {flawed.map(({ name, errors }) => (
        <Text key={name} size="sm" role="status">
          <b>{name}</b> has no design: {errors === 1 ? '1 error keeps' : `${errors} errors keep`} it from
          being made.
        </Text>
      ))}
      {comparison ? (
        <ComparisonTables comparison={comparison} inputs={inputs} names={['This plan', ...names]} />
      ) : null}
    </>
  );
}
