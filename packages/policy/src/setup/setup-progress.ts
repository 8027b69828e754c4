import type { SetupStep } from './plan-setup.ts';

/** How far the set-up of one guest is. Plain data: the agent keeps it on disk, written before and after every step. */
export interface SetupProgress {
  /** Keys of the steps that are done. */
  readonly done: readonly string[];
  /** The step at hand, from its first attempt until it is done. */
  readonly current: {
    readonly key: string;
    /** Attempts begun. */
    readonly attempts: number;
    /** `waiting`: for the next attempt; `restarting`: done, and the guest has to answer again. */
    readonly state: 'running' | 'waiting' | 'restarting';
  } | null;
  readonly failure: { readonly key: string; readonly reason: SetupFailure } | null;
  /** Set once and for all: actions added to the policy later are not run in a guest that was set up. */
  readonly isFinished: boolean;
}

export type SetupFailure = 'failed' | 'timed-out' | 'interrupted';

export type SetupEvent =
  /** An attempt begins; recorded before anything is done. */
  | { readonly kind: 'begun' }
  /** Also: the guest went away under a step that restarts it. */
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'timed-out' }
  /** The agent has started again and does not know how the attempt ended. */
  | { readonly kind: 'interrupted' }
  /** The guest answers after a restart. */
  | { readonly kind: 'answered' }
  /** A person asks to go on after a failure; what is done stays done. */
  | { readonly kind: 'retried' };

export type SetupNeed =
  | { readonly kind: 'attempt'; readonly step: SetupStep; readonly attempt: number }
  /** An attempt runs. */
  | { readonly kind: 'outcome'; readonly step: SetupStep }
  /** The guest has to answer within the time of the step. */
  | { readonly kind: 'answer'; readonly step: SetupStep }
  | { readonly kind: 'person'; readonly step: SetupStep; readonly reason: SetupFailure }
  | { readonly kind: 'nothing' };

/** A guest that was never set up, or was returned to its image. */
export const noSetupProgress: SetupProgress = { done: [], current: null, failure: null, isFinished: false };

/** What has to happen next. */
export function nextSetupNeed(steps: readonly SetupStep[], progress: SetupProgress): SetupNeed {
  const step = currentStep(steps, progress);
  if (progress.isFinished || !step) return { kind: 'nothing' };
  const { failure, current } = progress;
  if (failure?.key === step.key) return { kind: 'person', step, reason: failure.reason };
  if (current?.key !== step.key) return { kind: 'attempt', step, attempt: 1 };
  switch (current.state) {
    case 'running':
      return { kind: 'outcome', step };
    case 'restarting':
      return { kind: 'answer', step };
    case 'waiting':
      return { kind: 'attempt', step, attempt: current.attempts + 1 };
  }
}

/** The progress after something happened. What cannot happen now changes nothing. */
export function advanceSetup(
  steps: readonly SetupStep[],
  progress: SetupProgress,
  event: SetupEvent,
): SetupProgress {
  const need = nextSetupNeed(steps, progress);
  switch (event.kind) {
    case 'begun':
      return need.kind === 'attempt' ? begin(progress, need.step, need.attempt) : progress;
    case 'succeeded':
      return need.kind === 'outcome' ? succeed(steps, progress, need.step) : progress;
    case 'answered':
      return need.kind === 'answer' ? complete(steps, progress, need.step) : progress;
    case 'retried':
      return need.kind === 'person' ? { ...progress, failure: null } : progress;
    case 'interrupted':
      // A restart that was begun may have been what interrupted it: the guest's answer will tell.
      if (need.kind === 'outcome' && need.step.restarts && need.step.isRepeatable) {
        return { ...progress, current: restarting(progress, need.step) };
      }
      return need.kind === 'outcome' ? failOnce(progress, need, 'interrupted') : progress;
    case 'failed':
    case 'timed-out':
      return need.kind === 'outcome' || need.kind === 'answer'
        ? failOnce(progress, need, event.kind)
        : progress;
  }
}

/** The first step that is not done. */
function currentStep(steps: readonly SetupStep[], { done }: SetupProgress): SetupStep | undefined {
  return steps.find(({ key }) => !done.includes(key));
}

function begin(progress: SetupProgress, { key }: SetupStep, attempts: number): SetupProgress {
  return { ...progress, current: { key, attempts, state: 'running' } };
}

function succeed(steps: readonly SetupStep[], progress: SetupProgress, step: SetupStep): SetupProgress {
  return step.restarts
    ? { ...progress, current: restarting(progress, step) }
    : complete(steps, progress, step);
}

function restarting(progress: SetupProgress, { key }: SetupStep): SetupProgress['current'] {
  return { key, attempts: progress.current?.attempts ?? 1, state: 'restarting' };
}

function complete(steps: readonly SetupStep[], progress: SetupProgress, { key }: SetupStep): SetupProgress {
  const next = { ...progress, done: [...progress.done, key], current: null };
  return { ...next, isFinished: currentStep(steps, next) === undefined };
}

/**
 * An attempt that failed; after the last one a person has to decide. A command that runs once is not begun again unasked
 * when it may have succeeded, and never when it has: then only the guest's answer is waited for.
 */
function failOnce(
  progress: SetupProgress,
  need: Extract<SetupNeed, { kind: 'outcome' | 'answer' }>,
  reason: SetupFailure,
): SetupProgress {
  const { key, attempts, isRepeatable } = need.step;
  const begun = progress.current?.attempts ?? 1;
  const mayRepeat = isRepeatable || (need.kind === 'outcome' && reason !== 'interrupted');
  if (begun < attempts && mayRepeat)
    return { ...progress, current: { key, attempts: begun, state: 'waiting' } };
  const isDone = need.kind === 'answer' && !isRepeatable;
  return { ...progress, current: isDone ? progress.current : null, failure: { key, reason } };
}
