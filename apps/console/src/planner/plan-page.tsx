import { routes, type StoredPlan } from '@carrel/contract';
import { Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { Loaded, Page, ProblemAlert, StatusBadge, TimeAgo, useUnsavedGuard } from '../ui/index.ts';
import { ActualPanel } from './actual/actual-panel.tsx';
import { DecisionsPanel, NoDesign } from './decisions/decisions-panel.tsx';
import { PlanConflictPanel } from './editing/plan-conflict-panel.tsx';
import type { PlanDraft } from './editing/plan-draft.ts';
import { SaveBar } from './editing/save-bar.tsx';
import { type LatestJudgement, useJudgement } from './editing/use-judgement.ts';
import { type PlanEditing, usePlanEditing } from './editing/use-plan-editing.ts';
import { usePlanForm } from './editing/use-plan-form.ts';
import { InputsPanel } from './inputs/inputs-panel.tsx';
import { OutputsPanel } from './outputs/outputs-panel.tsx';
import { PlanActions } from './plan-actions.tsx';
import classes from './plan-page.module.css';
import { PlanSummaryBar } from './plan-summary-bar.tsx';
import { type PlanTab, planTabNames, planTabs } from './plan-tabs.ts';
import { DesignPanel } from './results/design-panel.tsx';
import { SimulationPanel } from './simulation/simulation-panel.tsx';
import { WhatIfPanel } from './what-if/what-if-panel.tsx';
import { ThreadsContext, useOwnThreads } from './worker/threads-context.ts';

const route = getRouteApi('/signed-in/planner/$planId');

/** One plan: what goes in, and what comes of it. */
export function PlanPage(): ReactNode {
  const { planId } = route.useParams();
  const api = useApi();
  const threads = useOwnThreads();
  const query = useQuery({
    queryKey: [...queryKeys.plans, planId],
    queryFn: ({ signal }) => api.call(routes.getPlan, { params: { planId }, signal }),
  });
  return (
    <ThreadsContext value={threads}>
      <Loaded query={query}>{(plan) => <PlanEditor key={plan.id} plan={plan} />}</Loaded>
    </ThreadsContext>
  );
}

function PlanEditor({ plan }: { readonly plan: StoredPlan }): ReactNode {
  const mayEdit = useMay('plans.edit');
  const navigate = useNavigate();
  const { tab = 'inputs' } = route.useSearch();
  const editing = usePlanEditing(plan);
  const judgement = useJudgement(editing.draft);
  useUnsavedGuard(editing.changes > 0);
  const onTab = (next: PlanTab): void =>
    void navigate({
      to: '/planner/$planId',
      params: { planId: plan.id },
      search: { tab: next },
      replace: true,
    });
  return (
    <Page
      title={plan.name}
      parent={{ label: 'Planner', to: '/planner' }}
      badge={
        <StatusBadge tone="neutral" plain>
          version {plan.revision}
        </StatusBadge>
      }
      description={
        <>
          Changed <TimeAgo time={plan.updatedAt} /> by {plan.updatedBy}
        </>
      }
      actions={<PlanActions plan={plan} draft={editing.draft} />}
    >
      <Stack gap="md">
        <PlanConflictPanel newest={plan} editing={editing} />
        <PlanSummaryBar judgement={judgement} onTab={onTab} />
        {judgement.error ? <ProblemAlert error={judgement.error} /> : null}
        <PlanTabs editing={editing} judgement={judgement} isReadOnly={!mayEdit} tab={tab} onTab={onTab} />
        {editing.changes > 0 ? (
          <SaveBar editing={editing} hasFaults={judgement.findings.some(isShapeFault)} />
        ) : null}
      </Stack>
    </Page>
  );
}

/** What the server refuses, too. */
function isShapeFault({ code }: { readonly code: string }): boolean {
  return code === 'PLAN_FIELD_INVALID';
}

interface PlanTabsProps {
  readonly editing: PlanEditing;
  readonly judgement: LatestJudgement;
  readonly isReadOnly: boolean;
  readonly tab: PlanTab;
  readonly onTab: (tab: PlanTab) => void;
}

function PlanTabs({ editing, judgement, isReadOnly, tab, onTab }: PlanTabsProps): ReactNode {
  const form = usePlanForm({
    draft: editing.draft,
    findings: judgement.findings,
    isReadOnly,
    onChange: editing.change,
  });
  const list = useRef<HTMLDivElement>(null);
  // On narrow screens the tabs are in a row that scrolls: the open one has to be in view.
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [tab]);
  const { design } = judgement;
  const take = (taken: PlanDraft): void => {
    editing.change(() => taken);
    onTab('inputs');
  };
  const withDesign = (show: (known: NonNullable<typeof design>) => ReactNode): ReactNode =>
    design ? (
      show(design)
    ) : (
      <NoDesign>
        {judgement.draft === undefined
          ? 'It is being made.'
          : 'The plan has errors; the tab Inputs shows each beside its field.'}
      </NoDesign>
    );
  return (
    <Tabs
      value={tab}
      onChange={(value) => {
        const next = planTabNames.find((each) => each === value);
        if (next) onTab(next);
      }}
      keepMounted={false}
    >
      <Tabs.List className={classes.tabs} ref={list}>
        {planTabNames.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {planTabs[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="inputs">
        <InputsPanel form={form} />
      </Tabs.Panel>
      <Tabs.Panel value="decisions">
        {withDesign((known) => (
          <DecisionsPanel design={known} />
        ))}
      </Tabs.Panel>
      <Tabs.Panel value="design">
        {withDesign((known) => (
          <DesignPanel design={known} />
        ))}
      </Tabs.Panel>
      <Tabs.Panel value="simulation">
        {withDesign((known) => (
          <SimulationPanel design={known} />
        ))}
      </Tabs.Panel>
      <Tabs.Panel value="what-if">
        {withDesign((known) => (
          <WhatIfPanel design={known} isReadOnly={isReadOnly} onTake={take} />
        ))}
      </Tabs.Panel>
      <Tabs.Panel value="actual">
        {withDesign((known) => (
          <ActualPanel design={known} isReadOnly={isReadOnly} onTake={take} />
        ))}
      </Tabs.Panel>
      <Tabs.Panel value="outputs">
        {withDesign((known) => (
          <OutputsPanel design={known} />
        ))}
      </Tabs.Panel>
    </Tabs>
  );
}
