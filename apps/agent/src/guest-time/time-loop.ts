import type { Clock } from '@carrel/kit';
import { GuestTurns } from '../guest-turns.ts';
import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';
import { createSleepWatch } from '../time/machine-time.ts';
import { tellOnce } from '../workspaces/tell-once.ts';
import type { UserWorkspace } from '../workspaces/user-workspace.ts';
import { GuestTimeKeeper, type TimedGuest } from './guest-time.ts';
import { readHostZone, readZoneFile } from './host-zone.ts';

export interface TimeLoopParts {
  readonly supervisor: { list(): readonly UserWorkspace[] };
  readonly database: Pick<AgentDatabase, 'transaction'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Clock;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const intervalMs = 5_000;

/** Keeps, while guests run, their clocks and time zones. */
export class TimeLoop {
  readonly #parts: TimeLoopParts;
  readonly #keeper: GuestTimeKeeper;
  readonly #turns: GuestTurns;
  readonly #sleptMs = createSleepWatch();

  constructor(parts: TimeLoopParts) {
    this.#parts = parts;
    this.#keeper = new GuestTimeKeeper({
      hostZone: readHostZone,
      zoneRules: readZoneFile,
      clock: parts.clock,
    });
    this.#turns = new GuestTurns((error) =>
      parts.onTrouble('the time of a guest was not looked after', error),
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    const { supervisor, clock } = this.#parts;
    while (!signal.aborted) {
      const hasHostSlept = this.#sleptMs() > 0;
      const guests = supervisor.list().flatMap((workspace) => timedGuest(workspace, this.#parts) ?? []);
      for (const guest of guests) {
        if (hasHostSlept) this.#keeper.noteSleep(guest.machine);
        this.#turns.begin(guest.machine, () => this.#keeper.keep(guest));
      }
      await clock.sleep(intervalMs, signal);
    }
  }
}

/** The guest of a workspace, while it is up and runs. */
function timedGuest(
  { guest: control, state }: Pick<UserWorkspace, 'guest' | 'state'>,
  { events, database }: Pick<TimeLoopParts, 'events' | 'database'>,
): TimedGuest | undefined {
  const { machine } = control;
  const { guest, policy, workspaceName: workspace } = state.record;
  const description = guest && state.base(guest.image)?.source.machine;
  if (!machine || !guest?.isUp || !description || control.isStopping || control.isPaused) return undefined;
  const told = { state, transaction: database.transaction };
  return {
    machine,
    description,
    isZoneWanted: policy.isTimeZoneSynchronized,
    withAgent: (work) => control.withAgent(work),
    onZoneFailure: (zone, reason) => {
      tellOnce(told, 'zone', zone, () => {
        events.record('GUEST-003', { workspace, zone, reason }, state.subject);
      });
    },
    onClockFailure: (reason) => {
      tellOnce(told, 'clock', 'it cannot be set', () => {
        events.record('GUEST-004', { workspace, reason }, state.subject);
      });
    },
  };
}
