import { fail, type Lease, type WorkspaceStatus } from '@carrel/contract';
import { type LockReason } from '@carrel/contract/agent-api';
import { type AppError, isAppError } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { Presence } from '../sign-in/presence.ts';
import type { DeletionReason } from './deletion.ts';
import { GuestControl, type GuestControlParts } from './guest-control.ts';
import { ImageControl, type ImageControlParts } from './image-control.ts';
import { actualWorkspace, desiredWorkspace } from './plan-inputs.ts';
import { type ActualWorkspace, type DesiredWorkspace, isAtRest, planSteps, type Step } from './plan-steps.ts';
import { requireStart } from './require-start.ts';
import { StepExecutor, type StepExecutorParts } from './step-executor.ts';
import { StepFailures } from './step-failures.ts';
import { takeOver } from './take-over.ts';
import { UpdateControl } from './update-control.ts';
import { UpdateLook } from './update-look.ts';
import { Waker } from './waker.ts';
import { failureOf, type WorkspaceState } from './workspace-state.ts';
import { describeWorkspace } from './workspace-status.ts';
import { WorkspaceWishes } from './workspace-wishes.ts';

export type UserWorkspaceParts = Omit<
  GuestControlParts,
  'folder' | 'onChange' | 'onImageComplete' | 'dataProblem'
> &
  Omit<ImageControlParts, 'onChange' | 'onInterrupted' | 'leases'> &
  Omit<StepExecutorParts, 'guest' | 'image' | 'requirePermission' | 'lease' | 'leases'> & {
    readonly leases: Pick<LeaseKeeper, 'openKeys' | 'require' | 'evaluate' | 'forget'>;
    /** Who has signed in since the computer was started. */
    readonly presence: Pick<Presence, 'has'>;
    readonly random: () => number;
    /** Whether the server is in reach. */
    readonly isOnline: () => boolean;
    /** People who wait for this workspace want to look again. */
    readonly onProgress: () => void;
  };

/**
 * One workspace of one user: compares what should be with what is and takes the steps between, one at a time, again
 * and again. Everything asked of it is on disk before it is acted on.
 */
export class UserWorkspace {
  readonly #parts: UserWorkspaceParts;
  readonly #guest: GuestControl;
  readonly #image: ImageControl;
  readonly #executor: StepExecutor;
  readonly #updates: UpdateControl;
  readonly #updateLook: UpdateLook;
  readonly #wishes: WorkspaceWishes;
  readonly #failures: StepFailures;
  readonly #waker = new Waker();
  #lease: Lease | undefined;
  #step: Step | undefined;
  #stepAbort = new AbortController();
  /** Nothing is done before it was said what is permitted. */
  #isLeaseKnown = false;
  /** The image is to be opened anew, as there is another place to take it from. */
  #isReopenWanted = false;

  constructor(parts: UserWorkspaceParts) {
    this.#parts = parts;
    const onChange = (): void => this.#poke();
    this.#image = new ImageControl({
      ...parts,
      onChange,
      onInterrupted: () => this.#failures.onInterrupted(),
    });
    this.#guest = new GuestControl({
      ...parts,
      folder: parts.files.folder,
      onChange,
      onImageComplete: () => this.#completeServed(),
      dataProblem: () => this.#image.dataProblem,
    });
    this.#failures = new StepFailures({
      ...parts,
      hasGuest: () => this.hasGuest,
      imageName: () => this.#lease?.image.name ?? this.state.record.workspaceName,
      dataProblem: () => this.#image.dataProblem,
    });
    const guest = (): { isThere: boolean; isStopping: boolean } => ({
      isThere: this.hasGuest,
      isStopping: this.isStopping,
    });
    this.#updates = new UpdateControl({ ...parts, guest, lease: () => this.#lease });
    this.#updateLook = new UpdateLook({
      ...parts,
      updates: this.#updates,
      poke: onChange,
      restart: () => this.restart(),
      stop: () => this.stop(false),
    });
    this.#wishes = new WorkspaceWishes({
      ...parts,
      updates: this.#updates,
      guest,
      describe: () => this.status().state,
    });
    this.#executor = new StepExecutor({
      ...parts,
      guest: this.#guest,
      image: this.#image,
      requirePermission: () => requireStart(this.state, parts.leases, parts.events, parts.presence),
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

  get guest(): GuestControl {
    return this.#guest;
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
    return isAtRest([...(this.#step ? [this.#step] : []), ...this.#plan()]);
  }

  /** Why the image cannot be fetched at present. */
  get fetchError(): AppError | undefined {
    const { heldBy } = this.#image;
    // What may still come is waited for; damage is not.
    return this.#failures.fetchError ?? (heldBy?.retryable ? undefined : heldBy);
  }

  status(): WorkspaceStatus {
    const { record } = this.state;
    const bases = record.bases.map((base) => this.#image.withTransfers(base));
    const held = this.hasGuest ? this.#image.heldBy : undefined;
    const waiting = record.wanted.isImageWanted ? this.#failures.fetchError : undefined;
    const described = describeWorkspace(
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
    return { ...described, ...this.#updates.describe() };
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

  /**
   * @param isVersionKept on the version that ran last, putting an update off
   * @throws the reason for which the start is refused
   */
  async start(isVersionKept = false): Promise<void> {
    const lease = await this.#wishes.start(isVersionKept);
    if (!lease) return this.#guest.retryNow();
    this.#lease = lease;
    this.#retryFetchNow();
  }

  /** @param isForced do not wait for the guest */
  stop(isForced: boolean): void {
    this.#wishes.stop(isForced);
    this.#hastenStop(isForced);
  }

  /**
   * Shuts the guest down and starts it anew; a revertible one comes back as its image is.
   *
   * @throws the reason for which that is refused
   */
  async restart(): Promise<void> {
    await this.#wishes.restart();
    this.#hastenStop(false);
  }

  /**
   * Takes the version that the lease names now: at once where it can be, and else when it is here.
   *
   * @param isConfirmed that the disk of a persistent workspace is put aside was understood
   * @throws the reason for which that is refused
   */
  async update(isConfirmed: boolean): Promise<void> {
    if (!this.#wishes.update(isConfirmed)) {
      this.#retryFetchNow();
      return;
    }
    await this.restart().catch((error: unknown) => {
      this.state.want({ moveTo: null });
      throw error;
    });
  }

  /** Takes back the disk that the last update put aside. @throws the reason for which that is refused */
  goBack(): void {
    this.#wishes.goBack();
    this.#poke();
  }

  /** To be called every few seconds. */
  lookAtUpdate(): Promise<void> {
    return this.#updateLook.look();
  }

  /** Holds the guest until its person unlocks it. @throws {WORKSPACE_BUSY} no guest runs */
  lock(reason: LockReason): void {
    this.#wishes.lock(reason);
    this.#poke();
  }

  /** @param how its person showed who they are */
  unlock(how: 'server' | 'verifier'): void {
    this.#wishes.unlock(how);
    this.#poke();
  }

  /** Removes everything of this workspace from the computer, keys first. It goes on after a restart of the agent. */
  delete(reason: DeletionReason): void {
    if (this.#wishes.delete(reason)) this.#hastenStop(true);
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
    this.#wishes.reset();
    this.#poke();
  }

  /** Runs until the signal is aborted, then lets go of the guest, which runs on. */
  async run(signal: AbortSignal): Promise<void> {
    await takeOver({ ...this.#parts, guest: this.#guest, image: this.#image }, signal);
    const onAbort = (): void => {
      this.#stepAbort.abort();
      this.#poke();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) {
      await this.#takeSteps(signal).catch((error: unknown) => this.#failures.onNoRoom(error));
      await this.#waker.wait(this.#parts.clock, this.#failures.delayMs());
    }
    await this.#image.endStream();
    await this.#image.close();
    await this.#guest.detach();
  }

  async #takeSteps(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#isLeaseKnown) {
      this.#checkLease();
      if (this.#isReopenWanted) await this.#image.close();
      this.#isReopenWanted = false;
      if (this.state.record.wanted.isRestartWanted && !this.hasGuest) await this.#startAgain();
      const step = this.#plan()[0];
      if (!step || this.#parts.clock.monotonicMs() < this.#failures.notBeforeMs(step)) return;
      this.#step = step;
      this.#stepAbort = new AbortController();
      this.#parts.onProgress();
      try {
        await this.#executor.execute(step, this.#stepAbort.signal);
        this.#failures.onSucceeded(step);
      } catch (error) {
        if (!this.#stepAbort.signal.aborted) this.#failures.onFailed(step, error);
      } finally {
        this.#step = undefined;
        this.#parts.onProgress();
      }
    }
  }

  /** The guest of a restart is gone; what refuses the start now is recorded. */
  async #startAgain(): Promise<void> {
    await this.start().catch((error: unknown) => {
      if (!isAppError(error)) throw error;
      const wanted = { ...this.state.record.wanted, isRestartWanted: false };
      this.state.update({ failure: failureOf(error), wanted });
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

  #retryFetchNow(): void {
    this.#failures.retryNow();
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
    const { isOnline, trustedNowMs } = this.#parts;
    const now = { isOnline: isOnline(), trustedNowMs: trustedNowMs() };
    return desiredWorkspace(this.state.record, this.#lease, now);
  }

  #actual(): ActualWorkspace {
    return actualWorkspace(this.state.record, {
      hasGuest: this.hasGuest,
      isHeld: this.isHeld,
      served: this.#image.served,
      streamer: this.#image.streamer,
    });
  }

  #poke(): void {
    this.#waker.wake();
    this.#parts.onProgress();
  }
}
