import { type AppError, type Clock, isAppError } from '@carrel/kit';
import type { ProcessIdentity } from '../host/index.ts';
import type { QmpClient } from '../qmp/index.ts';
import { killProcess, waitUntilGone } from './process-end.ts';

/** What a stop needs of the machine it ends. */
export interface StopParts {
  readonly identity: ProcessIdentity;
  readonly clock: Clock;
  /** `undefined` while the monitor is out of reach. */
  monitor(): QmpClient | undefined;
  /** Gone for whatever reason, the guest's own included. */
  readonly gone: Promise<unknown>;
  /** Written down before the process is ended. */
  noteEnding(ending: 'saved' | 'shut-down' | 'powered-off'): Promise<void>;
  /** Asks the guest's operating system, by its agent or else by the power button. */
  askGuest(signal: AbortSignal): Promise<void>;
  /** Writes memory and devices to the folder. */
  save(signal: AbortSignal): Promise<void>;
  onSaving(): void;
  onStopping(): void;
  onSaveFailed(error: AppError): void;
}

export type StopMode = 'shutdown' | 'save' | 'power-off';

const quitMs = 10_000;

/** How harsh a way of stopping is. */
export const severity: Readonly<Record<StopMode, number>> = { save: 0, shutdown: 1, 'power-off': 2 };

/**
 * Ends a machine, each step harsher than the one before, until the process is gone.
 *
 * @param hasten the mode that cuts the present step short when it is aborted with a harsher one
 */
export async function stopMachine(
  parts: StopParts,
  mode: StopMode,
  graceMs: number,
  hasten: StopHaste,
): Promise<void> {
  if (mode === 'save' && (await trySave(parts, hasten))) {
    await quit(parts, 'saved');
    return;
  }
  parts.onStopping();
  if (mode !== 'power-off' && (await tryShutdown(parts, graceMs, hasten))) return;
  await quit(parts, 'powered-off');
}

/** Lets a later call make a stop under way harsher. */
export interface StopHaste {
  /** Aborted when somebody wants at least a shutdown. */
  readonly toShutdown: AbortSignal;
  /** Aborted when somebody wants the power off. */
  readonly toPowerOff: AbortSignal;
}

async function trySave(parts: StopParts, { toShutdown }: StopHaste): Promise<boolean> {
  parts.onSaving();
  try {
    await parts.save(toShutdown);
    return true;
  } catch (error) {
    if (isAppError(error)) parts.onSaveFailed(error);
    else if (!toShutdown.aborted) throw error;
    return false;
  }
}

async function tryShutdown(parts: StopParts, graceMs: number, { toPowerOff }: StopHaste): Promise<boolean> {
  if (toPowerOff.aborted) return false;
  // The wait ends with the guest: a timer left behind would keep the whole process alive.
  const settled = new AbortController();
  const isGone = parts.gone.then(() => true);
  const isLate = parts.clock.sleep(graceMs, AbortSignal.any([toPowerOff, settled.signal])).then(
    () => false,
    () => false,
  );
  const asked = parts.askGuest(toPowerOff).catch((error: unknown) => {
    if (!isAppError(error) && !toPowerOff.aborted) throw error;
  });
  await Promise.race([asked, isGone, isLate]);
  const hasGone = await Promise.race([isGone, isLate]);
  settled.abort();
  return hasGone;
}

/** Ends the process in an orderly way where it still listens, else by force. */
async function quit(parts: StopParts, ending: 'saved' | 'powered-off'): Promise<void> {
  await parts.noteEnding(ending);
  const asked = parts.monitor()?.execute('quit', undefined, { timeoutMs: quitMs });
  await asked?.catch((error: unknown) => {
    if (!isAppError(error)) throw error;
  });
  if (asked && (await waitUntilGone(parts.identity, quitMs, parts.clock))) return;
  await killProcess(parts.identity);
  await waitUntilGone(parts.identity, quitMs, parts.clock);
}
