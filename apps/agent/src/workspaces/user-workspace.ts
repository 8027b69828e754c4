import { fail, type Lease, type LockReason, type WorkspaceStatus } from '@carrel/contract';
import { type AppError, isAppError } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import { isStoreFull } from '../store/atomic-file.ts';
import type { DeletionReason } from './deletion.ts';
import { FetchRetry } from './fetch-retry.ts';
import { GuestControl, type GuestControlParts } from './guest-control.ts';
import { ImageControl, type ImageControlParts } from './image-control.ts';
import { actualWorkspace, desiredWorkspace } from './plan-inputs.ts';
import {
  type ActualWorkspace,
  type DesiredWorkspace,
  fetchSteps,
  planSteps,
  type Step,
} from './plan-steps.ts';
import { requireStart } from './require-start.ts';
import { StepExecutor, type StepExecutorParts } from './step-executor.ts';
import { sweepWorkspace } from './sweep-folders.ts';
import { Waker } from './waker.ts';
import { failureOf, type WorkspaceState } from './workspace-state.ts';
import { describeWorkspace } from './workspace-status.ts';

export type UserWorkspaceParts = Omit<
  GuestControlParts,
  'folder' | 'onChange' | 'onImageComplete' | 'dataProblem'
> &
  Omit<ImageControlParts, 'onChange' | 'onInterrupted' | 'leases'> &
  Omit<StepExecutorParts, 'guest' | 'image' | 'requirePermission' | 'lease' | 'leases'> & {
    readonly leases: Pick<LeaseKeeper, 'openKeys' | 'require' | 'evaluate' | 'forget'>;
    readonly random: () => number;
    /** Whether the server is in reach. */
    readonly isOnline: () => boolean;
    /** People who wait for this workspace want to look again. */
    readonly onProgress: () => void;
  };

const retryTakeOverMs = 2_000;
/** No step is tried again sooner after one has failed. */
const pauseAfterFailureMs = 2_000;

/**
 * One workspace of one user: compares what should be with what is and takes the steps between, one at a time, again
 * and again. Everything asked of it is on disk before it is acted on.
 */
export class UserWorkspace {
  readonly #parts: UserWorkspaceParts;
  readonly #guest: GuestControl;
  readonly #image: ImageControl;
  readonly #executor: StepExecutor;
  readonly #waker = new Waker();
  #lease: Lease | undefined;
  #step: Step | undefined;
  #stepAbort = new AbortController();
  /** Nothing is done before it was said what is permitted. */
  #isLeaseKnown = false;
  #pausedUntilMs = 0;
  /** The image is to be opened anew, as there is another place to take it from. */
  #isReopenWanted = false;
  readonly #fetch: FetchRetry;

  constructor(parts: UserWorkspaceParts) {
    this.#parts = parts;
    this.#fetch = new FetchRetry(parts.clock, parts.random);
    const onChange = (): void => this.#poke();
    this.#image = new ImageControl({ ...parts, onChange, onInterrupted: () => this.#onInterrupted() });
    this.#guest = new GuestControl({
      ...parts,
      folder: parts.files.folder,
      onChange,
      onImageComplete: () => this.#completeServed(),
      dataProblem: () => this.#image.dataProblem,
    });
    this.#executor = new StepExecutor({
      ...parts,
      guest: this.#guest,
      image: this.#image,
      requirePermission: () => requireStart(this.state, parts.leases, parts.events),
      lease: () => this.#lease,
    });
  }

  get state(): WorkspaceState {
    return this.#parts.state;
  }

  get lease(): Lease | undefined {
    return this.#lease;
  }

  get hasGuest(): boolean {
    return this.#guest.machine !== undefined;
  }

  get isStopping(): boolean {
    return this.#guest.isStopping;
  }

  /** The guest is held because somebody asked for it. */
  get isHeld(): boolean {
    return this.#guest.isHeld;
  }

  /** Nothing is being done and nothing is left to do. */
  get isSettled(): boolean {
    return this.#step === undefined && this.#plan().length === 0;
  }

  /** What is being done or left to do, if anything, only brings images here, or removes everything. */
  get isAtRest(): boolean {
    const kinds = [...(this.#step ? [this.#step] : []), ...this.#plan()].map(({ kind }) => kind);
    return kinds.every((kind) => fetchSteps.has(kind) || kind === 'delete-workspace');
  }

  /** Why the image cannot be fetched at present. */
  get fetchError(): AppError | undefined {
    const { heldBy } = this.#image;
    // What may still come is waited for; damage is not.
    return this.#fetch.error ?? (heldBy?.retryable ? undefined : heldBy);
  }

  status(): WorkspaceStatus {
    const { record } = this.state;
    const bases = record.bases.map((base) => this.#image.withTransfers(base));
    const held = this.hasGuest ? this.#image.heldBy : undefined;
    const waiting = record.wanted.isImageWanted ? this.#fetch.error : undefined;
    return describeWorkspace(
      { ...record, bases, failure: record.failure ?? failureOf(held) },
      {
        hasMachine: this.hasGuest,
        isPaused: this.#guest.isPaused,
        isStopping: this.#guest.isStopping,
        step: this.#step?.kind,
        isStreaming: this.#image.streamer !== 'none',
        image: this.#lease?.image.manifestDigest,
        fetchProblem: failureOf(this.#image.streamProblem ?? waiting),
      },
    );
  }

  /** The lease last seen; `undefined` when there is none any more. */
  setLease(lease: Lease | undefined): void {
    const isNews = lease && !this.#lease;
    this.#lease = lease;
    this.#isLeaseKnown = true;
    // What a lost permission caused is over when there is one again.
    if (isNews && this.state.record.failure?.code.startsWith('LEASE_')) this.state.update({ failure: null });
    if (lease && this.state.record.withdrawal) this.state.update({ withdrawal: null });
    this.#poke();
  }

  /** @throws the reason for which the start is refused */
  async start(): Promise<void> {
    const { state, events, leases } = this.#parts;
    if (state.record.deletion) throw this.#beingDeleted(state.record.deletion);
    if (this.hasGuest && state.record.wanted.guest === 'running') return;
    if (this.#guest.isStopping) throw this.#busy('start');
    const lease = await requireStart(state, leases, events);
    this.#lease = lease;
    state.update({
      failure: null,
      wanted: {
        ...state.record.wanted,
        guest: 'running',
        isForced: false,
        isImageWanted: true,
        isRestartWanted: false,
      },
    });
    events.record('WORKSPACE-001', { workspace: lease.workspaceName }, state.subject);
    this.#retryFetchNow();
  }

  /** @param isForced do not wait for the guest */
  stop(isForced: boolean): void {
    const { state } = this.#parts;
    state.want({ guest: 'stopped', isForced, isRestartWanted: false });
    this.#hastenStop(isForced);
  }

  /**
   * Shuts the guest down and starts it anew; a revertible one comes back as its image is.
   *
   * @throws {WORKSPACE_BUSY} no guest runs, or it is being stopped
   * @throws the reason for which a start is refused now
   */
  async restart(): Promise<void> {
    const { state, events, leases } = this.#parts;
    if (!this.hasGuest || this.#guest.isStopping) throw this.#busy('restart');
    await requireStart(state, leases, events);
    state.update({
      failure: null,
      wanted: { ...state.record.wanted, guest: 'stopped', isForced: false, isRestartWanted: true },
    });
    events.record('WORKSPACE-013', { workspace: state.record.workspaceName }, state.subject);
    this.#hastenStop(false);
  }

  /**
   * Holds the guest until its person unlocks it. Locked already, it stays as it is.
   *
   * @throws {WORKSPACE_BUSY} no guest runs
   */
  lock(reason: LockReason): void {
    const { state, events, clock } = this.#parts;
    if (!this.hasGuest || this.#guest.isStopping) throw this.#busy('lock');
    if (state.record.lock) return;
    state.update({ lock: { reason, atMs: clock.nowMs() } });
    events.record('WORKSPACE-010', { workspace: state.record.workspaceName, reason }, state.subject);
    this.#poke();
  }

  /** @param how its person showed who they are */
  unlock(how: 'server' | 'verifier'): void {
    const { state, events } = this.#parts;
    if (!state.record.lock) return;
    state.update({ lock: null });
    events.record('WORKSPACE-011', { workspace: state.record.workspaceName, how }, state.subject);
    this.#poke();
  }

  /** Removes everything of this workspace from the computer, keys first. It goes on after a restart of the agent. */
  delete(reason: DeletionReason): void {
    const { state } = this.#parts;
    if (state.record.deletion) return;
    const wanted = { guest: 'stopped', isForced: true, isImageWanted: false, isResetWanted: false } as const;
    state.update({
      deletion: reason,
      failure: failureOf(this.#beingDeleted(reason)),
      wanted: { ...state.record.wanted, ...wanted, isRestartWanted: false },
    });
    this.#hastenStop(true);
  }

  /** A stop under way is made harsher, any other step gives way to it. */
  #hastenStop(isForced: boolean): void {
    if (this.#step?.kind === 'stop-guest') {
      if (isForced) this.#guest.stop('power-off').catch(this.#parts.onUnexpected);
    } else this.#stepAbort.abort();
    this.#poke();
  }

  /**
   * @param stagedFolder an OCI layout that may hold packs of the image
   * @throws {LEASE_MISSING}
   */
  pull(stagedFolder: string | null): void {
    if (!this.#lease) throw this.#leaseMissing();
    const { wanted } = this.state.record;
    const folder = stagedFolder ?? wanted.stagedFolder;
    this.state.update({
      failure: null,
      wanted: { ...wanted, isImageWanted: true, stagedFolder: folder },
    });
    if (folder !== wanted.stagedFolder) this.#isReopenWanted = true;
    // It may wait for what is paused, or for a server that is away.
    if (this.#isReopenWanted && this.#step?.kind === 'serve-image') this.#stepAbort.abort();
    this.#retryFetchNow();
  }

  /** @throws {WORKSPACE_BUSY} a guest runs */
  reset(): void {
    if (this.hasGuest || this.state.record.wanted.guest === 'running') throw this.#busy('reset');
    this.state.update({ failure: null, wanted: { ...this.state.record.wanted, isResetWanted: true } });
    this.#poke();
  }

  /** Runs until the signal is aborted, then lets go of the guest, which runs on. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#takeOver(signal);
    const onAbort = (): void => {
      this.#stepAbort.abort();
      this.#poke();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) {
      await this.#takeSteps(signal).catch((error: unknown) => this.#onNoRoom(error));
      await this.#waker.wait(this.#parts.clock, this.#delayMs());
    }
    await this.#image.endStream();
    await this.#image.close();
    await this.#guest.detach();
  }

  /** What cannot be written down is not done; it is tried again. */
  #onNoRoom(error: unknown): void {
    if (!isStoreFull(error)) throw error;
    this.#parts.onUnexpected(error);
    this.#pausedUntilMs = this.#parts.clock.monotonicMs() + pauseAfterFailureMs;
  }

  /** Finds what an earlier agent left running. Until that is known nothing may be begun, so it is tried for ever. */
  async #takeOver(signal: AbortSignal): Promise<void> {
    const { clock, onUnexpected } = this.#parts;
    while (!signal.aborted) {
      try {
        await this.#guest.adopt();
        await sweepWorkspace(this.#parts.files, this.state.record);
        await this.#noteWholeBases();
        return;
      } catch (error) {
        onUnexpected(error);
        await clock.sleep(retryTakeOverMs);
      }
    }
  }

  /** A guest's job may have ended while no agent was there to see it. */
  async #noteWholeBases(): Promise<void> {
    const { machines, files } = this.#parts;
    for (const { source, isComplete } of this.state.record.bases) {
      const { manifestDigest } = source;
      if (!isComplete && (await machines.isWhole(files.base(manifestDigest)))) {
        this.#image.complete(manifestDigest);
      }
    }
  }

  async #takeSteps(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#isLeaseKnown) {
      this.#checkLease();
      if (this.#isReopenWanted) await this.#image.close();
      this.#isReopenWanted = false;
      if (this.state.record.wanted.isRestartWanted && !this.hasGuest) await this.#startAgain();
      const step = this.#plan()[0];
      if (!step || this.#parts.clock.monotonicMs() < this.#notBeforeMs(step)) return;
      this.#step = step;
      this.#stepAbort = new AbortController();
      this.#parts.onProgress();
      try {
        await this.#executor.execute(step, this.#stepAbort.signal);
        if (step.kind === 'serve-image') this.#fetch.reset();
      } catch (error) {
        this.#onStepFailed(step, error);
      } finally {
        this.#step = undefined;
        this.#parts.onProgress();
      }
    }
  }

  /** The guest of a restart is gone; what refuses the start now is recorded. */
  async #startAgain(): Promise<void> {
    this.state.want({ isRestartWanted: false });
    await this.start().catch((error: unknown) => {
      if (!isAppError(error)) throw error;
      this.state.update({ failure: failureOf(error) });
    });
  }

  /** A start that was asked for cannot go on without a lease. */
  #checkLease(): void {
    const { state } = this.#parts;
    const { wanted } = state.record;
    if (this.#lease || this.hasGuest || wanted.guest === 'stopped') return;
    const failure = failureOf(this.#leaseMissing());
    state.update({ failure, wanted: { ...wanted, guest: 'stopped' } });
  }

  #leaseMissing(): AppError {
    return fail('LEASE_MISSING', { workspace: this.state.record.workspaceName });
  }

  #notBeforeMs(step: Step): number {
    return this.#isFetchStep(step) ? this.#fetch.retryAtMs : this.#pausedUntilMs;
  }

  #onStepFailed(step: Step, error: unknown): void {
    if (this.#stepAbort.signal.aborted) return;
    if (!isAppError(error)) this.#parts.onUnexpected(error);
    const known = isAppError(error)
      ? error
      : fail('INTERNAL', { requestId: 'in the log of the agent' }, error);
    if (step.kind === 'serve-image' || this.#isFetchStep(step)) this.#recordFetchFailure(known);
    if (this.#isFetchStep(step)) {
      this.#fetch.failed(known);
      return;
    }
    const { state, events, clock } = this.#parts;
    const { workspaceName, wanted, failure } = state.record;
    if (known.code === 'STORE_DAMAGED' && 'image' in step) state.markDamaged(step.image);
    this.#pausedUntilMs = clock.monotonicMs() + pauseAfterFailureMs;
    const fields = { workspace: workspaceName, code: known.code, message: known.message };
    if (failure?.code !== known.code) events.record('WORKSPACE-004', fields, state.subject);
    state.update({
      failure: failureOf(known),
      wanted: { ...wanted, guest: 'stopped', isResetWanted: false, isImageWanted: false },
    });
  }

  /** Steps that only bring an image here: their failure harms nobody, and they are tried again. */
  #isFetchStep(step: Step): boolean {
    const isBackground = this.hasGuest || this.state.record.wanted.guest === 'stopped';
    return isBackground && fetchSteps.has(step.kind);
  }

  #recordFetchFailure(error: AppError): void {
    const { state, events } = this.#parts;
    if (this.#fetch.error?.code === error.code) return;
    const image = this.#lease?.image.name ?? state.record.workspaceName;
    events.record('IMAGE-003', { image, code: error.code, message: error.message }, state.subject);
  }

  /** A guest that ended took its job along; anything else is waited out. */
  #onInterrupted(): void {
    if (!this.hasGuest && this.state.record.wanted.guest === 'running') return;
    const problem = this.#image.dataProblem;
    if (problem) this.#recordFetchFailure(problem);
    this.#fetch.failed(problem);
  }

  #retryFetchNow(): void {
    this.#pausedUntilMs = 0;
    this.#fetch.reset();
    this.#poke();
  }

  #completeServed(): void {
    const image = this.state.record.guest?.image;
    if (image !== undefined) this.#image.complete(image);
  }

  #plan(): Step[] {
    return planSteps(this.#desired(), this.#actual());
  }

  #desired(): DesiredWorkspace {
    return desiredWorkspace(this.state.record, this.#lease, this.#parts.isOnline());
  }

  #actual(): ActualWorkspace {
    return actualWorkspace(this.state.record, {
      hasGuest: this.hasGuest,
      isHeld: this.isHeld,
      served: this.#image.served,
      streamer: this.#image.streamer,
    });
  }

  #beingDeleted(reason: DeletionReason): AppError {
    return fail('WORKSPACE_BEING_DELETED', { workspace: this.state.record.workspaceName, reason });
  }

  #busy(action: string): AppError {
    return fail('WORKSPACE_BUSY', { state: this.status().state, action });
  }

  #poke(): void {
    this.#waker.wake();
    this.#parts.onProgress();
  }

  /** How long until a step that was put off is due; `undefined` when none was. */
  #delayMs(): number | undefined {
    const nowMs = this.#parts.clock.monotonicMs();
    const dueMs = [this.#fetch.retryAtMs, this.#pausedUntilMs].filter((timeMs) => timeMs > nowMs);
    return dueMs.length > 0 ? Math.min(...dueMs) - nowMs : undefined;
  }
}
