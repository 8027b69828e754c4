import { fail } from '@carrel/contract';
import { type AppError, type Clock, isAppError } from '@carrel/kit';
import { isStoreFull } from '../store/atomic-file.ts';
import type { EventQueue } from '../store/event-queue.ts';
import { FetchRetry } from './fetch-retry.ts';
import { fetchSteps, type Step } from './plan-steps.ts';
import { failureOf, type WorkspaceState } from './workspace-state.ts';

export interface StepFailureParts {
  readonly state: WorkspaceState;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly hasGuest: () => boolean;
  /** What people call the image that is being fetched. */
  readonly imageName: () => string;
  /** What lately went wrong with the image's data. */
  readonly dataProblem: () => AppError | undefined;
  readonly onUnexpected: (error: unknown) => void;
}

/** No step is tried again sooner after one has failed. */
const pauseAfterFailureMs = 2_000;

/** What the failures of steps mean for one workspace: what is recorded, what is given up, when it is tried again. */
export class StepFailures {
  readonly #parts: StepFailureParts;
  readonly #fetch: FetchRetry;
  #pausedUntilMs = 0;

  constructor(parts: StepFailureParts) {
    this.#parts = parts;
    this.#fetch = new FetchRetry(parts.clock, parts.random);
  }

  /** Why the image cannot be fetched at present. */
  get fetchError(): AppError | undefined {
    return this.#fetch.error;
  }

  /** Monotonic. */
  notBeforeMs(step: Step): number {
    return this.#isFetchStep(step) ? this.#fetch.retryAtMs : this.#pausedUntilMs;
  }

  /** How long until a step that was put off is due; `undefined` when none was. */
  delayMs(): number | undefined {
    const nowMs = this.#parts.clock.monotonicMs();
    const dueMs = [this.#fetch.retryAtMs, this.#pausedUntilMs].filter((timeMs) => timeMs > nowMs);
    return dueMs.length > 0 ? Math.min(...dueMs) - nowMs : undefined;
  }

  onSucceeded(step: Step): void {
    if (step.kind === 'serve-image') this.#fetch.reset();
  }

  onFailed(step: Step, error: unknown): void {
    if (!isAppError(error)) this.#parts.onUnexpected(error);
    const known = isAppError(error)
      ? error
      : fail('INTERNAL', { requestId: 'in the log of the agent' }, error);
    if (step.kind === 'serve-image' || this.#isFetchStep(step)) this.#recordFetchFailure(known);
    if (this.#isFetchStep(step)) this.#fetch.failed(known);
    else this.#giveUp(step, known);
  }

  /** What cannot be written down is not done; it is tried again. @throws any other error */
  onNoRoom(error: unknown): void {
    if (!isStoreFull(error)) throw error;
    this.#parts.onUnexpected(error);
    this.#pausedUntilMs = this.#parts.clock.monotonicMs() + pauseAfterFailureMs;
  }

  /** A guest that ended took its job along; anything else is waited out. */
  onInterrupted(): void {
    if (!this.#parts.hasGuest() && this.#parts.state.record.wanted.guest === 'running') return;
    const problem = this.#parts.dataProblem();
    if (problem) this.#recordFetchFailure(problem);
    this.#fetch.failed(problem);
  }

  retryNow(): void {
    this.#pausedUntilMs = 0;
    this.#fetch.reset();
  }

  #giveUp(step: Step, error: AppError): void {
    const { state, events, clock } = this.#parts;
    const { workspaceName, wanted, failure } = state.record;
    if (error.code === 'STORE_DAMAGED' && 'image' in step) state.markDamaged(step.image);
    this.#pausedUntilMs = clock.monotonicMs() + pauseAfterFailureMs;
    // A disk that cannot be replaced stays, until its person or a deadline asks again.
    const moveTo = step.kind === 'replace-overlay' ? null : wanted.moveTo;
    const fields = { workspace: workspaceName, code: error.code, message: error.message };
    if (failure?.code !== error.code) events.record('WORKSPACE-004', fields, state.subject);
    state.update({
      failure: failureOf(error),
      wanted: { ...wanted, guest: 'stopped', isResetWanted: false, isImageWanted: false, moveTo },
    });
  }

  /** Steps that only bring an image here: their failure harms nobody, and they are tried again. */
  #isFetchStep(step: Step): boolean {
    const isBackground = this.#parts.hasGuest() || this.#parts.state.record.wanted.guest === 'stopped';
    return isBackground && fetchSteps.has(step.kind);
  }

  #recordFetchFailure(error: AppError): void {
    const { state, events, imageName } = this.#parts;
    if (this.#fetch.error?.code === error.code) return;
    events.record(
      'IMAGE-003',
      { image: imageName(), code: error.code, message: error.message },
      state.subject,
    );
  }
}
