import type { Finding } from '@carrel/planner';
import { Button, Group, Stack, Stepper, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { Card, Page, ProblemAlert, useUnsavedGuard } from '../../ui/index.ts';
import { useJudgement } from '../editing/use-judgement.ts';
import { usePlanForm } from '../editing/use-plan-form.ts';
import { FaultList } from '../inputs/fault-list.tsx';
import { useNewPlan } from '../use-new-plan.ts';
import { ThreadsContext, useOwnThreads } from '../worker/threads-context.ts';
import { steps } from './interview.ts';
import { StepContent } from './step-content.tsx';
import { type Interview, useInterview } from './use-interview.ts';

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
        <Questions />
      </Page>
    </ThreadsContext>
  );
}

function Questions(): ReactNode {
  const navigate = useNavigate();
  const interview = useInterview();
  const { draft, at, objections, refusals, moveTo } = interview;
  const content = useRef<HTMLDivElement>(null);
  const judgement = useJudgement(draft);
  const { create, isPending, error } = useNewPlan('decisions', interview.forget);
  const isLast = at === steps.length - 1;
  const form = usePlanForm({
    draft,
    findings: isLast ? judgement.findings : objections,
    isReadOnly: false,
    onChange: interview.change,
  });
  useUnsavedGuard(interview.isWritten && !isPending);
  useEffect(() => beginStep(content.current, at), [at]);
  useEffect(() => {
    if (refusals > 0) content.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const question = steps[at]?.question ?? '';
  return (
    <Stack gap="md">
      {interview.isBroughtBack ? <BroughtBack onBeginAnew={interview.beginAnew} /> : null}
      <StepList interview={interview} />
      <div
        ref={content}
        role="group"
        aria-label={question}
        tabIndex={-1}
        style={{ outline: 'none' }}
        onKeyDown={(event) => {
          // In the tables of the other steps this key leads to the next row.
          if (at === 0 && event.key === 'Enter' && event.target instanceof HTMLInputElement) moveTo(1);
        }}
      >
        <Card title={question} description={steps[at]?.about}>
          <StepContent step={at} form={form} judgement={judgement} />
        </Card>
      </div>
      {objections.length > 0 ? <Objections objections={objections} /> : null}
      {error ? <ProblemAlert error={error} /> : null}
      <Group justify="space-between" gap="xs">
        {at === 0 ? (
          <Button variant="default" onClick={() => void navigate({ to: '/planner' })}>
            Cancel
          </Button>
        ) : (
          <Button variant="default" onClick={() => moveTo(at - 1)}>
            Back
          </Button>
        )}
        {isLast ? (
          <Button loading={isPending} onClick={() => create(draft)}>
            Save the plan
          </Button>
        ) : (
          <Button onClick={() => moveTo(at + 1)}>Next</Button>
        )}
      </Group>
    </Stack>
  );
}

/** Steps that were reached can be gone to. */
function StepList({ interview }: { readonly interview: Interview }): ReactNode {
  const { at, furthest, moveTo } = interview;
  return (
    <Stepper active={at} size="xs" iconSize={28} onStepClick={moveTo}>
      {steps.map(({ label }, step) => (
        <Stepper.Step key={label} label={label} allowStepSelect={step <= furthest} />
      ))}
    </Stepper>
  );
}

function BroughtBack({ onBeginAnew }: { readonly onBeginAnew: () => void }): ReactNode {
  return (
    <Group gap="xs" role="status">
      <Text size="sm">This plan is not saved yet. Go on with it, or:</Text>
      <Button size="compact-sm" variant="subtle" onClick={onBeginAnew}>
        Begin anew
      </Button>
    </Group>
  );
}

/** That something is wrong, and what stands beside no field. */
function Objections({ objections }: { readonly objections: readonly Finding[] }): ReactNode {
  const apart = objections.filter(({ path }) => !/[.[]/u.test(path) && path !== 'name');
  return (
    <div role="alert">
      <Text size="sm" c="var(--mantine-color-error)">
        Correct what is marked to go on.
      </Text>
      <FaultList findings={apart} />
    </div>
  );
}

/** Where a step begins, somebody can type at once; what has no field is read instead. */
function beginStep(content: HTMLElement | null, step: number): void {
  const field = content?.querySelector<HTMLElement>('input, select, textarea');
  (step === steps.length - 1 ? content : (field ?? content))?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}
