import type { MachineDescription } from '@carrel/contract';
import type { GuestAgent, MachineHandle } from '@carrel/hypervisor';
import { type Clock, isAppError } from '@carrel/kit';
import { setLinuxZone } from './linux-zone.ts';
import { setWindowsZone } from './windows-zone.ts';

/** A guest that is up and runs, as far as its clock and zone go. */
export interface TimedGuest {
  readonly machine: Pick<MachineHandle, 'subscribe'>;
  readonly description: Pick<MachineDescription, 'guestOs' | 'hasGuestAgent'>;
  /** The guest is to have the zone of this computer. */
  readonly isZoneWanted: boolean;
  /** Talks to the agent in the guest, when it is this work's turn. @throws {GUEST_AGENT_SILENT} */
  readonly withAgent: (work: (agent: GuestAgent) => Promise<void>) => Promise<void>;
  /** The zone cannot be set; called at each try that fails. */
  readonly onZoneFailure: (zone: string, reason: string) => void;
  /** The clock cannot be set, as often as it was tried; called at each try that fails. */
  readonly onClockFailure: (reason: string) => void;
}

export interface GuestTimeParts {
  readonly hostZone: () => Promise<string>;
  /** The rules of a zone, as this computer has them. */
  readonly zoneRules: (zone: string) => Promise<Uint8Array | undefined>;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
}

/** What is known of one machine. */
interface Standing {
  /** It stood still since its clock was set. */
  isBehind: boolean;
  /** What it was given. */
  zone: string | undefined;
  notBeforeMs: number;
  /** How often setting the clock, or a zone, failed since it last succeeded. */
  readonly failures: Map<string, number>;
}

const pauseAfterFailureMs = 15_000;
/** Once may be chance: a guest that is restarting, or busy. */
const failuresBeforeTelling = 2;

/** Keeps clocks of guests right after they stood still, and their zones that of the computer where that is wanted. */
export class GuestTimeKeeper {
  readonly #parts: GuestTimeParts;
  readonly #standings = new WeakMap<object, Standing>();

  constructor(parts: GuestTimeParts) {
    this.#parts = parts;
  }

  /** The computer slept, and the guest with it. */
  noteSleep(machine: TimedGuest['machine']): void {
    this.#standingOf(machine).isBehind = true;
  }

  /** Looks after one guest, as often as one likes. */
  async keep(guest: TimedGuest): Promise<void> {
    const standing = this.#standingOf(guest.machine);
    const { guestOs, hasGuestAgent } = guest.description;
    const zone = guest.isZoneWanted ? await this.#parts.hostZone() : undefined;
    if (!hasGuestAgent || guestOs === 'other') {
      const reason = hasGuestAgent
        ? 'its image is neither Linux nor Windows'
        : 'its image has no guest agent to set it with';
      if (zone !== undefined) guest.onZoneFailure(zone, reason);
      if (!hasGuestAgent) return;
    }
    if (this.#parts.clock.monotonicMs() < standing.notBeforeMs) return;
    if (standing.isBehind) await this.#setClock(guest, standing);
    if (zone !== undefined && guestOs !== 'other' && zone !== standing.zone) {
      await this.#setZone(guest, standing, zone);
    }
  }

  async #setClock(guest: TimedGuest, standing: Standing): Promise<void> {
    const failure = await attempt(() =>
      guest.withAgent(async (agent) => {
        // What stands still again from here on is behind again.
        standing.isBehind = false;
        await agent.setTime(this.#parts.clock.nowMs());
      }),
    );
    if (failure !== undefined) standing.isBehind = true;
    this.#count(standing, failure, () => guest.onClockFailure(failure ?? ''));
  }

  async #setZone(guest: TimedGuest, standing: Standing, zone: string): Promise<void> {
    const { zoneRules } = this.#parts;
    const failure = await attempt(() =>
      guest.withAgent((agent) =>
        guest.description.guestOs === 'windows'
          ? setWindowsZone(agent, zone)
          : setLinuxZone(agent, zone, () => zoneRules(zone)),
      ),
    );
    if (failure === undefined) standing.zone = zone;
    this.#count(standing, failure, () => guest.onZoneFailure(zone, failure ?? ''), zone);
  }

  #count(standing: Standing, failure: string | undefined, tell: () => void, about = 'clock'): void {
    const failures = failure === undefined ? 0 : (standing.failures.get(about) ?? 0) + 1;
    standing.failures.set(about, failures);
    if (failure === undefined) return;
    standing.notBeforeMs = this.#parts.clock.monotonicMs() + pauseAfterFailureMs;
    if (failures >= failuresBeforeTelling) tell();
  }

  /** One seen for the first time may have been saved, or held while no agent was there to see it. */
  #standingOf(machine: TimedGuest['machine']): Standing {
    const known = this.#standings.get(machine);
    if (known) return known;
    const standing: Standing = {
      isBehind: true,
      zone: undefined,
      notBeforeMs: 0,
      failures: new Map(),
    };
    this.#standings.set(machine, standing);
    machine.subscribe((event) => {
      if (event.kind === 'state-changed' && event.state.kind === 'paused') standing.isBehind = true;
      // It starts anew, with the clock of the machine, and may have come back as its image is.
      if (event.kind === 'guest-restarted') standing.zone = undefined;
    });
    return standing;
  }
}

/** @returns why it failed */
async function attempt(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (isAppError(error)) return error.message;
    throw error;
  }
}
