import type { Clock } from '@carrel/kit';
import type { EventQueue } from '../store/event-queue.ts';
import { createSleepWatch } from '../time/machine-time.ts';
import type { UserWorkspace } from '../workspaces/user-workspace.ts';
import { GuestTimeKeeper, type TimedGuest } from './guest-time.ts';
import { readHostZone, readZoneFile } from './host-zone.ts';

export interface TimeLoopParts {
  readonly supervisor: { list(): readonly UserWorkspace[] };
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Clock;
}

const intervalMs = 5_000;

/** Keeps, while guests run, their clocks and time zones. */
export class TimeLoop {
  readonly #parts: TimeLoopParts;
  readonly #keeper: GuestTimeKeeper;
  readonly #sleptMs = createSleepWatch();

  constructor(parts: TimeLoopParts) {
    this.#parts = parts;
    this.#keeper = new GuestTimeKeeper({
      hostZone: readHostZone,
      zoneRules: readZoneFile,
      clock: parts.clock,
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { supervisor, events, clock } = this.#parts;
    while (!signal.aborted) {
      const hasHostSlept = this.#sleptMs() > 0;
      const guests = supervisor.list().flatMap((workspace) => timedGuest(workspace, events) ?? []);
      await Promise.all(guests.map((guest) => this.#keeper.keep(guest, hasHostSlept)));
      await clock.sleep(intervalMs, signal);
    }
  }
}

/** The guest of a workspace, while it is up and runs. */
function timedGuest(
  { guest: control, state }: Pick<UserWorkspace, 'guest' | 'state'>,
  events: Pick<EventQueue, 'record'>,
): TimedGuest | undefined {
  const { machine } = control;
  const { guest, policy, workspaceName: workspace } = state.record;
  const description = guest && state.base(guest.image)?.source.machine;
  if (!machine || !guest?.isUp || !description || control.isStopping || control.isPaused) return undefined;
  return {
    machine,
    description,
    isZoneWanted: policy.isTimeZoneSynchronized,
    withAgent: (work) => control.withAgent(work),
    onZoneFailure: (zone, reason) => {
      events.record('GUEST-003', { workspace, zone, reason }, state.subject);
    },
    onClockFailure: (reason) => {
      events.record('GUEST-004', { workspace, reason }, state.subject);
    },
  };
}
