import { fail } from '@carrel/contract';
import type {
  DiskKey,
  GuestAgent,
  MachineEnd,
  MachineEvent,
  MachineHandle,
  PauseReason,
} from '@carrel/hypervisor';
import { type AppError, type Clock, isAppError } from '@carrel/kit';
import type { EventQueue } from '../store/event-queue.ts';
import type { MachinePlan, Machines } from './machines.ts';
import type { StopManner } from './plan-steps.ts';
import { failureOf, type WorkspaceState } from './workspace-state.ts';

export interface GuestControlParts {
  readonly folder: string;
  readonly state: WorkspaceState;
  readonly machines: Machines;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Clock;
  /** Something happened that may need a new step. */
  readonly onChange: () => void;
  /** The image is wholly in the base disk. */
  readonly onImageComplete: () => void;
  /** What lately went wrong with the image's data, to explain a disk error of the guest. */
  readonly dataProblem: () => AppError | undefined;
  /** For what nobody waits for. */
  readonly onUnexpected: (error: unknown) => void;
}

const agentTryTimeoutMs = 5_000;
const agentPauseMs = 500;
/** A guest whose agent is silent for so long counts as up without it. */
const longestBootMs = 15 * 60_000;
const retryDiskErrorMs = 30_000;
/** A guest whose permission is over is switched off when it has not shut down by then. */
const enforcedGraceMs = 30_000;

/** The guest of one workspace: starts, finds again, watches and stops its machine. */
export class GuestControl {
  readonly #parts: GuestControlParts;
  #machine: MachineHandle | undefined;
  /** Aborted when the machine is gone or let go of. */
  #watch = new AbortController();
  #isStopping = false;
  /** Settles when whoever talks to the agent in the guest is done. */
  #agentTurn: Promise<unknown> = Promise.resolve();
  /** Why the guest was held when that was last recorded. */
  #toldHold: string | undefined;

  constructor(parts: GuestControlParts) {
    this.#parts = parts;
  }

  get machine(): MachineHandle | undefined {
    return this.#machine;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  get isPaused(): boolean {
    return this.#machine?.state.kind === 'paused';
  }

  /** Held because it was asked for, not because something failed. */
  get isHeld(): boolean {
    const state = this.#machine?.state;
    return state?.kind === 'paused' && state.reason === 'requested';
  }

  /** Lets the guest stand still. */
  async hold(): Promise<void> {
    await this.#machine?.pause();
  }

  /** Lets a guest that was held go on. */
  async letGoOn(): Promise<void> {
    await this.#machine?.resume();
  }

  /** A guest that QEMU holds as its disk failed tries again at once, as its person waits for it. */
  async retryNow(): Promise<void> {
    const { state } = this.#parts;
    const machine = this.#machine;
    if (machine?.state.kind !== 'paused' || this.isHeld || state.record.lock) return;
    state.update({ failure: null });
    await machine.resume();
  }

  /** Takes a guest over that an earlier agent left running, or records that it is gone. */
  async adopt(): Promise<void> {
    const { state, machines, events, folder } = this.#parts;
    const found = await machines.adopt(folder);
    const { guest, overlay } = state.record;
    switch (found.kind) {
      case 'none':
        if (guest) this.#onEnded({ how: 'crashed', error: goneError() });
        return;
      case 'ended':
        this.#onEnded(found.end);
        return;
      case 'running':
        // Without a record the earlier agent ended between starting the machine and writing that down.
        if (!guest && overlay) this.#recordStart(found.handle, overlay.image);
        this.#take(found.handle);
        events.record('WORKSPACE-005', { workspace: state.record.workspaceName }, state.subject);
    }
  }

  /** @throws what starting the machine fails with */
  async start(plan: MachinePlan, key: DiskKey, image: string, signal: AbortSignal): Promise<void> {
    const { state, machines } = this.#parts;
    // Used from the moment QEMU may write to it, also if this process ends right here.
    state.update({ overlay: { image, isUsed: true } });
    const machine = await machines.start(plan, key, signal);
    this.#recordStart(machine, image);
    this.#take(machine);
  }

  /** Ends the guest; a harsher manner hastens a stop under way. Resolves when it is gone and recorded. */
  async stop(manner: StopManner): Promise<void> {
    const machine = this.#machine;
    if (!machine) return;
    this.#isStopping = true;
    this.#parts.onChange();
    try {
      const mode = manner === 'shut-down' ? 'shutdown' : manner;
      const isEnforced = this.#parts.state.record.ending !== null;
      this.#onEnded(await machine.stop({ mode, ...(isEnforced ? { graceMs: enforcedGraceMs } : {}) }));
    } finally {
      this.#isStopping = false;
    }
  }

  /**
   * Talks to the agent in the guest. There is one line to it, so one waits for the other.
   *
   * @throws {GUEST_AGENT_SILENT} also when there is no guest
   */
  withAgent<T>(work: (agent: GuestAgent) => Promise<T>): Promise<T> {
    const turn = this.#agentTurn.then(async () => {
      if (!this.#machine) throw fail('GUEST_AGENT_SILENT', {});
      await using agent = await this.#machine.guestAgent({ timeoutMs: agentTryTimeoutMs });
      return await work(agent);
    });
    this.#agentTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Lets go of the guest, which runs on. */
  async detach(): Promise<void> {
    this.#watch.abort();
    const machine = this.#machine;
    this.#machine = undefined;
    await machine?.detach();
  }

  #recordStart(machine: MachineHandle, image: string): void {
    const { state } = this.#parts;
    const { wanted, ran } = state.record;
    const version = state.base(image)?.source.version;
    const moveTo = wanted.moveTo?.image === image ? null : wanted.moveTo;
    state.update({
      guest: { image, startedAtMs: machine.startedAtMs, bootSeconds: null, isUp: false, told: {} },
      isSaved: false,
      hasRun: true,
      ran: version === undefined ? ran : { image, version },
      wanted: { ...wanted, moveTo },
    });
    if (version === undefined || !ran || ran.version === version) return;
    const fields = { workspace: state.record.workspaceName, version, before: ran.version };
    this.#parts.events.record('WORKSPACE-019', fields, state.subject);
  }

  #take(machine: MachineHandle): void {
    const { onUnexpected } = this.#parts;
    this.#toldHold = undefined;
    this.#machine = machine;
    this.#watch = new AbortController();
    machine.subscribe((event) => this.#onEvent(machine, event));
    void machine.ended.then((end) => this.#onEnded(end)).catch(onUnexpected);
    this.#waitUntilUp(machine, this.#watch.signal).catch(onUnexpected);
    if (machine.state.kind === 'paused') this.#onPaused(machine, machine.state.reason);
  }

  #onEvent(machine: MachineHandle, event: MachineEvent): void {
    if (event.kind === 'image-complete') this.#parts.onImageComplete();
    if (event.kind === 'guest-paused') this.#onPaused(machine, event.reason);
    if (event.kind === 'state-changed') {
      const { failure, guest } = this.#parts.state.record;
      if (event.state.kind === 'running' && failure && guest) this.#parts.state.update({ failure: null });
      this.#parts.onChange();
    }
  }

  /** Waits until the agent in the guest answers, which is what counts as booted. */
  async #waitUntilUp(machine: MachineHandle, signal: AbortSignal): Promise<void> {
    const { state, clock } = this.#parts;
    const guest = state.record.guest;
    if (!guest || guest.isUp) return;
    const hasAgent = state.base(guest.image)?.source.machine.hasGuestAgent ?? false;
    const isAnswered = hasAgent ? await this.#waitForAgent(machine, signal) : true;
    if (signal.aborted) return;
    const elapsedSeconds = Math.max(0, clock.nowMs() - machine.startedAtMs) / 1000;
    const bootSeconds = hasAgent && isAnswered ? Math.round(elapsedSeconds * 100) / 100 : null;
    const silent = isAnswered ? null : failureOf(fail('GUEST_AGENT_SILENT', {}));
    state.update({ guest: { ...guest, bootSeconds, isUp: true }, failure: silent });
    if (isAnswered) {
      const fields = { workspace: state.record.workspaceName, bootSeconds: bootSeconds ?? elapsedSeconds };
      this.#parts.events.record('WORKSPACE-002', fields, state.subject);
    }
    this.#parts.onChange();
  }

  async #waitForAgent(machine: MachineHandle, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#parts;
    const endMs = clock.monotonicMs() + longestBootMs;
    while (clock.monotonicMs() < endMs) {
      const isAnswered = await this.#tryAgent(machine, signal);
      if (isAnswered || signal.aborted) return isAnswered;
      await clock.sleep(agentPauseMs);
    }
    return false;
  }

  async #tryAgent(machine: MachineHandle, signal: AbortSignal): Promise<boolean> {
    try {
      await using agent = await machine.guestAgent({ timeoutMs: agentTryTimeoutMs, signal });
      await agent.ping();
      return true;
    } catch (error) {
      if (isAppError(error) || signal.aborted) return false;
      throw error;
    }
  }

  /** QEMU holds a guest whose disk fails, so that it never sees the failure; the access is tried again later. */
  #onPaused(machine: MachineHandle, reason: PauseReason): void {
    const { state, clock, onUnexpected, folder } = this.#parts;
    if (reason === 'requested') return;
    const error =
      reason === 'disk-full'
        ? fail('DISK_FULL', { path: folder })
        : (this.#parts.dataProblem() ?? fail('GUEST_HELD', { reason }));
    // Each try that fails holds the guest again, which is no news for as long as the cause stays.
    const isNews = state.record.failure?.code !== error.code && this.#toldHold !== error.message;
    this.#toldHold = error.message;
    state.update({ failure: failureOf(error) });
    if (isNews) this.#recordFailure(error);
    const resumeLater = async (): Promise<void> => {
      await clock.sleep(retryDiskErrorMs, this.#watch.signal);
      if (machine.state.kind === 'paused' && state.record.lock === null) await machine.resume();
    };
    resumeLater().catch((error: unknown) => {
      if (!this.#watch.signal.aborted) onUnexpected(error);
    });
  }

  #recordFailure(error: AppError): void {
    const { state, events } = this.#parts;
    const fields = { workspace: state.record.workspaceName, code: error.code, message: error.message };
    events.record('WORKSPACE-004', fields, state.subject);
  }

  /** The machine is gone. Told by more than one; the first counts. */
  #onEnded(end: MachineEnd): void {
    const { state, events, machines, folder, onUnexpected } = this.#parts;
    const { guest, wanted, workspaceName } = state.record;
    this.#machine = undefined;
    this.#watch.abort();
    if (!guest) return;
    const isUnasked = !this.#isStopping;
    state.update({
      guest: null,
      isSaved: end.how === 'saved',
      ending: null,
      warned: null,
      // What was saved is still locked when it goes on; after a shutdown there is nothing to be seen.
      lock: end.how === 'saved' ? state.record.lock : null,
      failure: end.how === 'crashed' ? failureOf(end.error) : state.record.failure,
      wanted: isUnasked ? { ...wanted, guest: 'stopped' } : wanted,
    });
    const workspace = { workspace: workspaceName };
    if (end.how === 'crashed') {
      events.record('GUEST-001', { ...workspace, reason: end.error.message }, state.subject);
    } else {
      events.record('WORKSPACE-003', { ...workspace, how: end.how }, state.subject);
    }
    machines.forget(folder).catch(onUnexpected);
    this.#parts.onChange();
  }
}

function goneError(): AppError {
  return fail('QEMU_EXITED', { reason: 'it was gone when the agent came back' });
}
