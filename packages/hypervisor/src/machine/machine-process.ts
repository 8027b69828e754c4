import { fail } from '@carrel/contract';
import { type Clock, isAppError } from '@carrel/kit';
import { hasStream, QmpStreamJob, startStream } from '../disks/qmp-stream-job.ts';
import type { StreamJob } from '../disks/stream-job.ts';
import type { GuestAgent } from '../guest-agent/guest-agent.ts';
import { isAlive } from '../host/index.ts';
import { boundLog } from '../host/log-file.ts';
import { machinePaths } from '../host/machine-folder.ts';
import type { QmpClient, QmpEvent } from '../qmp/index.ts';
import { connectGuestAgent } from './agent-link.ts';
import { EndingNote } from './ending-note.ts';
import type { MachineEvent, MachineHandle, StopOptions } from './handle.ts';
import { detachImage, isImageAttached } from './image-detach.ts';
import { type LifecycleInput, nextState } from './lifecycle.ts';
import { connectMonitor } from './monitor-link.ts';
import { Nap } from './nap.ts';
import { orAborted } from './or-aborted.ts';
import { pauseReasonOf } from './pause-reason.ts';
import { consoleId, consoleSizeBytes } from './plan.ts';
import { concludeEnd, waitUntilGone } from './process-end.ts';
import { saveState } from './saved-state.ts';
import { takeScreenshot } from './screenshot.ts';
import type { MachineEnd, MachineState } from './state.ts';
import { type MachineRecord, writeRecord } from './state-file.ts';
import { type StopHaste, type StopMode, type StopParts, severity, stopMachine } from './stop-sequence.ts';

export interface MachineProcessParts {
  readonly folder: string;
  readonly record: MachineRecord;
  readonly monitor: QmpClient;
  readonly clock: Clock;
}

const defaultGraceMs = 60_000;
const agentTimeoutMs = 5_000;
const watchIntervalMs = 1_000;
const reconnectMs = 5_000;
/** A process that ends closes its monitor first. */
const lostPauseMs = 200;

/** A QEMU process and the connection to its monitor. */
export class MachineProcess implements MachineHandle {
  readonly folder: string;
  readonly ended: Promise<MachineEnd>;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: MachineEvent) => void>();
  readonly #end = Promise.withResolvers<MachineEnd>();
  /** Aborted when the process is gone or let go of. */
  readonly #watch = new AbortController();
  readonly #nap: Nap;
  readonly #ending: EndingNote;
  readonly #hasteToShutdown = new AbortController();
  readonly #hasteToPowerOff = new AbortController();
  readonly #record: MachineRecord;
  #monitor: QmpClient | undefined;
  #state: MachineState = { kind: 'starting' };
  #stop: { readonly mode: StopMode; readonly done: Promise<void> } | undefined;
  #stream: QmpStreamJob | undefined;
  #agent: GuestAgent | undefined;

  /** The monitor's connection is this object's from now on. */
  constructor(parts: MachineProcessParts) {
    this.folder = parts.folder;
    this.#record = parts.record;
    this.#clock = parts.clock;
    this.#nap = new Nap(parts.clock);
    this.ended = this.#end.promise;
    // One taken over may have been told to end before.
    this.#ending = new EndingNote((ending) =>
      this.#record.ending ? Promise.resolve() : writeRecord(this.folder, { ...this.#record, ending }),
    );
    this.#attach(parts.monitor);
  }

  get pid(): number {
    return this.#record.identity.pid;
  }

  get startedAtMs(): number {
    return this.#record.startedAtMs;
  }

  get network(): MachineHandle['network'] {
    return { mode: this.#record.networkMode, cardAddresses: this.#record.hardware.cardAddresses };
  }

  get isResumed(): boolean {
    return this.#record.isResumed;
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Learns the present state and begins to watch; once, before anything else. */
  async begin(): Promise<void> {
    await this.#learnState();
    if (await hasStream(this.#connected('query-jobs'))) this.#followStream();
    this.#watchProcess().catch((error: unknown) => {
      if (!this.#watch.signal.aborted) throw error;
    });
  }

  subscribe(listener: (event: MachineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async pause(): Promise<void> {
    await this.#connected('stop').execute('stop', undefined);
    this.#apply({ kind: 'guest-stands', reason: 'requested' });
  }

  async resume(): Promise<void> {
    await this.#connected('cont').execute('cont', undefined);
  }

  async stop(options: StopOptions): Promise<MachineEnd> {
    const { mode, signal } = options;
    if (this.#stop) {
      if (severity[mode] >= severity.shutdown) this.#hasteToShutdown.abort();
      if (mode === 'power-off') this.#hasteToPowerOff.abort();
    } else if (this.#state.kind !== 'ended') {
      const haste: StopHaste = {
        toShutdown: this.#hasteToShutdown.signal,
        toPowerOff: this.#hasteToPowerOff.signal,
      };
      const done = stopMachine(this.#stopParts(), mode, options.graceMs ?? defaultGraceMs, haste);
      this.#stop = { mode, done };
    }
    const end = Promise.all([this.#stop?.done, this.ended]).then(() => this.ended);
    return orAborted(end, signal);
  }

  async streamImage(options: { readonly rateBytesPerSecond: number }): Promise<StreamJob | undefined> {
    const monitor = this.#connected('block-stream');
    if (!(await isImageAttached(monitor))) return undefined;
    if (this.#stream) {
      await this.#stream.setRate(options.rateBytesPerSecond);
      return this.#stream;
    }
    await startStream(monitor, options.rateBytesPerSecond);
    return this.#followStream();
  }

  async guestAgent(
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<GuestAgent> {
    if (!this.#record.hardware.hasGuestAgent || this.#state.kind === 'ended') {
      throw fail('GUEST_AGENT_SILENT', {});
    }
    await this.#agent?.close();
    const timeoutMs = options.timeoutMs ?? agentTimeoutMs;
    this.#agent = await connectGuestAgent(this.folder, this.#clock, { timeoutMs, signal: options.signal });
    return this.#agent;
  }

  screenshot(): Promise<Uint8Array> {
    return takeScreenshot(this.#connected('screendump'), machinePaths(this.folder).guestFolder);
  }

  async readConsole(): Promise<string> {
    const args = { device: consoleId, size: consoleSizeBytes, format: 'base64' } as const;
    const text = await this.#connected('ringbuf-read').execute('ringbuf-read', args);
    return Buffer.from(text, 'base64').toString('utf8');
  }

  async detach(): Promise<void> {
    this.#watch.abort();
    this.#nap.wake();
    this.#listeners.clear();
    await this.#agent?.close();
    await this.#monitor?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.detach();
  }

  #attach(monitor: QmpClient): void {
    this.#monitor = monitor;
    monitor.subscribe((event) => {
      this.#onEvent(event);
    });
    void monitor.closed.then(() => this.#nap.wake());
  }

  #connected(command: string): QmpClient {
    if (!this.#monitor) throw fail('MONITOR_CLOSED', { command });
    return this.#monitor;
  }

  async #learnState(): Promise<void> {
    const monitor = this.#connected('query-status');
    const { status, running } = await monitor.execute('query-status', undefined);
    if (status === 'shutdown') this.#inBackground(this.#onShutDown());
    const reason = await pauseReasonOf(monitor, status);
    if (reason) this.#apply({ kind: 'guest-stands', reason });
    else if (running) this.#apply({ kind: 'guest-runs' });
  }

  #onEvent(event: QmpEvent): void {
    switch (event.kind) {
      case 'RESUME':
        this.#apply({ kind: 'guest-runs' });
        break;
      case 'STOP':
        this.#inBackground(this.#learnState());
        break;
      case 'SHUTDOWN':
        // On `quit` and signals the process is ending already.
        if (!event.data.reason.startsWith('host-')) this.#inBackground(this.#onShutDown());
        break;
      case 'RESET':
        if (event.data.guest) this.#emit({ kind: 'guest-restarted' });
        break;
      case 'GUEST_PANICKED':
        this.#emit({ kind: 'guest-panicked' });
        break;
      case 'BLOCK_IO_ERROR':
      case 'BLOCK_JOB_ERROR':
      case 'JOB_STATUS_CHANGE':
      case 'other':
        break;
    }
  }

  /** The guest shut down and QEMU waits: write it down, then let the process go. */
  async #onShutDown(): Promise<void> {
    await this.#ending.take('shut-down');
    await this.#monitor?.execute('quit', undefined);
  }

  /** What is lost when the monitor goes away meanwhile is found out by whoever watches the process. */
  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!isAppError(error)) throw error;
    });
  }

  #followStream(): QmpStreamJob {
    const monitor = this.#connected('query-jobs');
    const job = new QmpStreamJob(monitor, async () => {
      await detachImage(monitor, this.#record.disks.overlayPath, machinePaths(this.folder).guestFolder);
      this.#emit({ kind: 'image-complete' });
    });
    this.#stream = job;
    void job.outcome.then(() => {
      if (this.#stream === job) this.#stream = undefined;
    });
    return job;
  }

  async #watchProcess(): Promise<void> {
    const isWatched = (): boolean => !this.#watch.signal.aborted;
    while (isWatched() && (await isAlive(this.#record.identity))) {
      await this.#nap.take(this.#monitor?.isClosed ? lostPauseMs : watchIntervalMs);
      if (isWatched()) await this.#look();
    }
    if (!isWatched()) return;
    const end = await concludeEnd(this.folder);
    await this.#monitor?.close();
    this.#apply({ kind: 'process-ended', end });
    this.#emit({ kind: 'ended', end });
    this.#end.resolve(end);
    this.#watch.abort();
  }

  /** One look at a running process. What its monitor fails to answer now is asked again at the next look. */
  async #look(): Promise<void> {
    await boundLog(machinePaths(this.folder).logFile);
    try {
      if (this.#monitor?.isClosed) await this.#reconnect();
      await this.#tellProgress();
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
  }

  /** A monitor takes one connection at a time and a new one when that has ended. */
  async #reconnect(): Promise<void> {
    if (await waitUntilGone(this.#record.identity, lostPauseMs, this.#clock)) return;
    const options = { clock: this.#clock, timeoutMs: reconnectMs, signal: this.#watch.signal };
    this.#attach(await connectMonitor(this.folder, options));
    await this.#learnState();
  }

  async #tellProgress(): Promise<void> {
    const progress = await this.#stream?.progress();
    if (progress) this.#emit({ kind: 'job-progress', progress });
  }

  #stopParts(): StopParts {
    return {
      identity: this.#record.identity,
      clock: this.#clock,
      gone: this.ended,
      monitor: () => this.#monitor,
      noteEnding: (ending) => this.#ending.take(ending),
      askGuest: (signal) => this.#askGuest(signal),
      save: (signal) => this.#save(signal),
      onSaving: () => {
        this.#apply({ kind: 'save-begins' });
      },
      onStopping: () => {
        this.#apply({ kind: 'stop-begins' });
      },
      onSaveFailed: (error) => {
        this.#emit({ kind: 'save-failed', error });
      },
    };
  }

  async #askGuest(signal: AbortSignal): Promise<void> {
    const monitor = this.#connected('system_powerdown');
    const { running } = await monitor.execute('query-status', undefined);
    if (!running) await monitor.execute('cont', undefined);
    try {
      const agent = await this.guestAgent({ signal });
      await agent.shutdown();
    } catch (error) {
      if (!isAppError(error, 'GUEST_AGENT_SILENT')) throw error;
      await monitor.execute('system_powerdown', undefined);
    }
  }

  async #save(signal: AbortSignal): Promise<void> {
    const monitor = this.#connected('snapshot-save');
    await this.#stream?.cancel();
    // Nothing can be saved while a read waits for the image: QEMU would wait for that read.
    if (this.#stream) throw fail('MONITOR_TIMEOUT', { command: 'block-job-cancel', timeoutMs: 3_000 });
    await monitor.execute('stop', undefined, { signal });
    await saveState(monitor, this.folder, this.#record.hardware, signal);
  }

  #apply(input: LifecycleInput): void {
    const before = this.#state;
    this.#state = nextState(before, input);
    if (this.#state === before) return;
    this.#emit({ kind: 'state-changed', state: this.#state });
    if (this.#state.kind === 'paused') this.#emit({ kind: 'guest-paused', reason: this.#state.reason });
  }

  #emit(event: MachineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
