import { diffPlans, formatPlanPath } from '@carrel/planner';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Card, ProblemAlert } from '../../ui/index.ts';
import { changeWords } from '../editing/change-words.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { usePlanForm } from '../editing/use-plan-form.ts';
import { withPlace } from '../editing/with-place.ts';
import { FaultList } from '../inputs/fault-list.tsx';
import { PlanField } from '../inputs/plan-field.tsx';
import { useJob } from '../worker/use-job.ts';
import { ComparisonTables } from './comparison-tables.tsx';
import { firstWithValue, trialChoices, trialField, trialPath, trialRows } from './trial-fields.ts';
import type { WhatIfPanelProps } from './what-if-panel-props.ts';

const usualField = 'locations.uplink.bandwidthMbitPerSecond';
const pauseMs = 300;

/** Any input changed for a trial, with the plan and the trial side by side. */
export function TrialCard({ design, isReadOnly, onTake }: WhatIfPanelProps): ReactNode {
  const plan: PlanDraft = design.plan;
  const [draft, setDraft] = useState(plan);
  const [fieldPath, setFieldPath] = useState(usualField);
  const [rowName, setRowName] = useState<string>();
  const { start, result, error } = useJob('tryPlan');
  const [settled] = useDebouncedValue(draft, pauseMs);
  const changes = useMemo(() => diffPlans(plan, draft), [plan, draft]);
  useEffect(() => {
    if (settled !== plan) start({ design, draft: settled });
  }, [settled, plan, design, start]);
  const form = usePlanForm({
    draft,
    findings: result?.findings ?? [],
    isReadOnly: false,
    onChange: setDraft,
  });
  const field = trialField(fieldPath);
  const rows = field ? trialRows(draft, field) : [];
  const row = rows.find((name) => name === rowName) ?? (field && firstWithValue(plan, field)) ?? '';
  const path = field && trialPath(draft, field, row);
  return (
    <Card
      title="Try a change"
      description="The plan stays as it is; below stands what the change would make of it."
    >
      <Stack gap="md">
        <Group gap="md" align="flex-start">
          <Select
            label="What to change"
            w={260}
            searchable
            allowDeselect={false}
            data={trialChoices.map(({ group, items }) => ({ group, items: [...items] }))}
            value={fieldPath}
            onChange={(value) => setFieldPath(value ?? fieldPath)}
          />
          {rows.length === 0 ? null : (
            <Select
              label="Of"
              w={220}
              searchable
              allowDeselect={false}
              limit={200}
              data={rows}
              value={row}
              onChange={(value) => setRowName(value ?? undefined)}
            />
          )}
          {field && path !== undefined ? (
            <div style={{ width: 260 }}>
              <PlanField form={form} path={path} fieldPath={fieldPath} node={field.node} />
            </div>
          ) : null}
        </Group>
        {changes.length === 0 ? null : (
          <>
            <ul aria-label="What is tried">
              {changes.map((change) => {
                const { place, before, after } = changeWords(change);
                return (
                  <li key={formatPlanPath(change.path)}>
                    <Text size="sm" component="span">
                      <b>{place}</b>: {before} → {after}
                    </Text>
                  </li>
                );
              })}
            </ul>
            <Group gap="xs">
              <Button variant="default" size="xs" onClick={() => setDraft(plan)}>
                Undo all of it
              </Button>
              {isReadOnly || !result?.comparison ? null : (
                <Button size="xs" onClick={() => onTake(draft)}>
                  Take it into the plan
                </Button>
              )}
            </Group>
            {error ? <ProblemAlert error={error} /> : null}
            {result ? (
              <FaultList
                findings={result.findings
                  .filter(({ severity }) => severity === 'error')
                  .map((finding) => withPlace(finding, draft))}
              />
            ) : null}
            {result?.comparison ? (
              <ComparisonTables comparison={result.comparison} names={['Now', 'Tried']} />
            ) : null}
          </>
        )}
      </Stack>
    </Card>
  );
}
