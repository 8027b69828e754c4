import { errorCatalogue, fail } from '@carrel/contract';
import type { Operation } from '@carrel/contract/agent-api';
import { type AppError, exitCodeByClass, isAppError } from '@carrel/kit';
import type { WorkspaceRecord } from './workspace-record.ts';

/** What decides whether an action has come to its end. */
export interface OutcomeFacts {
  readonly record: WorkspaceRecord;
  readonly hasGuest: boolean;
  /** The guest is held because somebody asked for it. */
  readonly isHeld: boolean;
  /** What is left to do, if anything, only brings images here or removes the workspace. */
  readonly isAtRest: boolean;
  /** The image the lease names is wholly here. */
  readonly isImageComplete: boolean;
  readonly fetchError: AppError | undefined;
}

export type Outcome =
  | { readonly state: 'running' }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly error: NonNullable<Operation['error']> };

const running: Outcome = { state: 'running' };
const succeeded: Outcome = { state: 'succeeded' };

/** How an action stands. It follows from the workspace alone, so it can also be told after a restart of the agent. */
export function outcomeOf(action: Operation['action'], facts: OutcomeFacts): Outcome {
  const { record, fetchError } = facts;
  switch (action) {
    case 'start':
      return outcomeOfStart(facts);
    case 'stop':
      if (record.wanted.guest === 'running') return failedWith(fail('CANCELLED', {}));
      return !facts.hasGuest && facts.isAtRest ? succeeded : running;
    case 'restart':
      return record.wanted.isRestartWanted ? running : outcomeOfStart(facts);
    case 'lock':
      if (!record.lock && facts.hasGuest) return failedWith(fail('CANCELLED', {}));
      return facts.isHeld || !facts.hasGuest ? succeeded : running;
    case 'unlock':
      return (record.lock ?? facts.isHeld) ? running : succeeded;
    case 'pull':
      if (facts.isImageComplete) return succeeded;
      if (fetchError) return failedWith(fetchError);
      return record.failure && !record.wanted.isImageWanted ? failedAs(record.failure) : running;
    case 'update':
      return outcomeOfUpdate(facts);
    case 'go-back':
      if (record.wanted.moveTo) return running;
      return record.failure ? failedAs(record.failure) : succeeded;
    case 'reset':
      if (record.wanted.isResetWanted) return running;
      return record.failure ? failedAs(record.failure) : succeeded;
  }
}

function outcomeOfStart({ record, hasGuest }: OutcomeFacts): Outcome {
  if (record.failure) return failedAs(record.failure);
  if (record.wanted.guest === 'stopped') return failedWith(fail('CANCELLED', {}));
  return hasGuest && record.guest?.isUp ? succeeded : running;
}

/** A guest that is restarted for it has to be up again; the workspace may as well have been at rest. */
function outcomeOfUpdate(facts: OutcomeFacts): Outcome {
  const { wanted } = facts.record;
  if (wanted.isRestartWanted) return running;
  if (wanted.moveTo) return facts.fetchError ? failedWith(facts.fetchError) : running;
  return wanted.guest === 'running' ? outcomeOfStart(facts) : succeeded;
}

/** An error as an operation carries it. */
export function operationError(error: unknown): NonNullable<Operation['error']> {
  const known = isAppError(error) ? error : fail('INTERNAL', { requestId: 'in the log of the agent' }, error);
  return { code: known.code, message: known.message, remedy: known.remedy, exitCode: known.exitCode };
}

function failedWith(error: AppError): Outcome {
  return { state: 'failed', error: operationError(error) };
}

function failedAs(failure: NonNullable<WorkspaceRecord['failure']>): Outcome {
  const known = Object.entries(errorCatalogue).find(([code]) => code === failure.code);
  const exitCode = exitCodeByClass[known?.[1].errorClass ?? 'other'];
  return { state: 'failed', error: { ...failure, exitCode } };
}
