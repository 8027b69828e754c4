import type { AppError } from '@carrel/kit';
import type { StreamJob, StreamProgress } from '../disks/stream-job.ts';
import type { GuestAgent } from '../guest-agent/guest-agent.ts';
import type { MachineEnd, MachineState, PauseReason } from './state.ts';

/** A fact about a running machine, in the order it happened. */
export type MachineEvent =
  | { readonly kind: 'state-changed'; readonly state: MachineState }
  | { readonly kind: 'guest-paused'; readonly reason: PauseReason }
  | { readonly kind: 'guest-panicked' }
  | { readonly kind: 'guest-restarted' }
  /** Saving was not possible; the guest is being shut down instead. */
  | { readonly kind: 'save-failed'; readonly error: AppError }
  | { readonly kind: 'job-progress'; readonly progress: StreamProgress }
  /** The base disk stands alone: the image's NBD export is no longer used and may be closed. */
  | { readonly kind: 'image-complete' }
  | { readonly kind: 'ended'; readonly end: MachineEnd };

export interface StopOptions {
  /** `shutdown` asks the guest; `save` keeps memory and devices for the next start; `power-off` asks nobody. */
  readonly mode: 'shutdown' | 'save' | 'power-off';
  /** How long the guest may take before the next, harsher step; the default suits a desktop. */
  readonly graceMs?: number;
  /** Ends the caller's waiting; the stop itself goes on. */
  readonly signal?: AbortSignal;
}

/**
 * A QEMU process under control. The process outlives this object: {@link MachineHandle.detach} or the end of the
 * program leaves the guest running, to be taken over with `adoptMachine`.
 */
export interface MachineHandle extends AsyncDisposable {
  /** The machine's folder, as in its description. */
  readonly folder: string;
  readonly pid: number;
  /** Wall clock, milliseconds since 1970, when the process was started. */
  readonly startedAtMs: number;
  readonly network: {
    /** As it was started. */
    readonly mode: 'nat' | 'bridge' | 'none';
    /** The hardware addresses of its cards, in order. */
    readonly cardAddresses: readonly string[];
  };
  /** Whether this start went on from a saved state. */
  readonly isResumed: boolean;
  readonly state: MachineState;
  /** Settles when the process is gone; never rejects. After `detach` it does not settle any more. */
  readonly ended: Promise<MachineEnd>;
  /** Returns the function that ends the subscription. Listeners must not throw. */
  subscribe(listener: (event: MachineEvent) => void): () => void;
  /** @throws {MONITOR_REFUSED} when the guest is neither running nor paused */
  pause(): Promise<void>;
  /** Goes on after a pause; after `disk-full` or `disk-error` the failed access is tried again. */
  resume(): Promise<void>;
  /**
   * Ends the machine: `save` falls back to `shutdown`, `shutdown` to `power-off`, `power-off` to killing the
   * process; the result says what it came to. Calling it again joins the stop under way, a harsher mode hastens it.
   */
  stop(options: StopOptions): Promise<MachineEnd>;
  /** Starts the stream job, or joins the one that runs; `undefined` when the base stands alone. */
  streamImage(options: { readonly rateBytesPerSecond: number }): Promise<StreamJob | undefined>;
  /**
   * A connection to the agent in the guest; the caller closes it, one at a time.
   *
   * @throws {GUEST_AGENT_SILENT} when nobody answers within the timeout
   */
  guestAgent(options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }): Promise<GuestAgent>;
  /** The guest's screen as a PNG file. */
  screenshot(): Promise<Uint8Array>;
  /** What the guest wrote to its serial console since the last call, at most the newest 64 KiB. */
  readConsole(): Promise<string>;
  /** Lets go of the process without ending it; also what `await using` does. */
  detach(): Promise<void>;
}
