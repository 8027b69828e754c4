import type { Finding } from '@carrel/planner';
import { Button, Group, Stack, Stepper, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Card, Page, ProblemAlert, useUnsavedGuard } from '../../ui/index.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { useJudgement } from '../editing/use-judgement.ts';
import { usePlanForm } from '../editing/use-plan-form.ts';
import { useNewPlan } from '../use-new-plan.ts';
import { ThreadsContext, useOwnThreads } from '../worker/threads-context.ts';
import { faultsOfStep, firstDraft, preparedFor, steps } from './interview.ts';
import { StepContent } from './step-content.tsx';

/** A new plan by questions, in the order in which the planning guide asks them. */
export function NewPlanPage(): ReactNode {
  const threads = useOwnThreads();
  return (
    <ThreadsContext value={threads}>
      <Page
        title="New plan"
        parent={{ label: 'Planner', to: '/planner' }}
        description="What is not known yet may stay as it is: everything can be changed later."
      >
        <Interview />
      </Page>
    </ThreadsContext>
  );
}

function Interview(): ReactNode {
  const navigate = useNavigate();
  const [draft, setDraft] = useState<PlanDraft>(firstDraft);
  const [at, setAt] = useState(0);
  const [isAsking, setIsAsking] = useState(true);
  const [stepFaults, setStepFaults] = useState<readonly Finding[]>([]);
  const heading = useRef<HTMLDivElement>(null);
  const judgement = useJudgement(draft);
  const { create, isPending, error } = useNewPlan('decisions');
  const onChange = useCallback((update: (current: PlanDraft) => PlanDraft) => setDraft(update), []);
  const isLast = at === steps.length - 1;
  // Faults show once somebody wanted to go on, and go as they are corrected.
  const shownFaults = isAsking
    ? stepFaults.filter((fault) => isStillThere(fault, faultsOfStep(draft, at)))
    : judgement.findings;
  const form = usePlanForm({ draft, findings: shownFaults, isReadOnly: false, onChange });
  useUnsavedGuard(draft !== firstDraft && !isPending);
  useEffect(() => {
    if (at > 0) heading.current?.focus();
  }, [at]);
  const goTo = (step: number): void => {
    setDraft(preparedFor(step, draft));
    setStepFaults([]);
    setIsAsking(step < steps.length - 1);
    setAt(step);
  };
  const next = (): void => {
    const faults = faultsOfStep(draft, at);
    if (faults.length === 0) goTo(at + 1);
    else setStepFaults(faults);
  };
  return (
    <Stack gap="md">
      <Stepper
        active={at}
        size="xs"
        iconSize={28}
        allowNextStepsSelect={false}
        onStepClick={(step) => (step < at ? goTo(step) : undefined)}
      >
        {steps.map(({ label }) => (
          <Stepper.Step key={label} label={label} />
        ))}
      </Stepper>
      <div ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        <Card title={steps[at]?.question ?? ''} description={steps[at]?.about}>
          <StepContent step={at} form={form} judgement={judgement} />
        </Card>
      </div>
      {stepFaults.length > 0 && shownFaults.length > 0 ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          Something is missing or cannot be: see the marks above.
        </Text>
      ) : null}
      {error ? <ProblemAlert error={error} /> : null}
      <Group justify="space-between" gap="xs">
        <Button
          variant="default"
          onClick={() => (at === 0 ? void navigate({ to: '/planner' }) : goTo(at - 1))}
        >
          {at === 0 ? 'Cancel' : 'Back'}
        </Button>
        {isLast ? (
          <Button loading={isPending} onClick={() => create(draft)}>
            Keep the plan
          </Button>
        ) : (
          <Button onClick={next}>Next</Button>
        )}
      </Group>
    </Stack>
  );
}

function isStillThere(fault: Finding, present: readonly Finding[]): boolean {
  return present.some(({ path }) => path === fault.path);
}
