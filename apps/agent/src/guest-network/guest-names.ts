import type { MachineDescription, WorkspacePolicy } from '@carrel/contract';
import type { GuestAgent, MachineHandle } from '@carrel/hypervisor';
import { type Clock, isAppError } from '@carrel/kit';
import { asksForNames, type GuestNames, type HostNames, resolveNames } from '@carrel/policy';
import { setLinuxNames } from './linux-names.ts';
import { setWindowsNames } from './windows-names.ts';

/** A guest that is up, as far as its name servers and suffixes go. */
export interface NamedGuest {
  readonly machine: Pick<MachineHandle, 'network'>;
  readonly description: Pick<MachineDescription, 'guestOs' | 'hasGuestAgent'>;
  readonly policy: WorkspacePolicy['network'];
  /** Talks to the agent in the guest, when it is this work's turn. @throws {GUEST_AGENT_SILENT} */
  readonly withAgent: (work: (agent: GuestAgent) => Promise<void>) => Promise<void>;
  /** It fails again and again; called each time. */
  readonly onFailure: (reason: string) => void;
}

export interface GuestNamesParts {
  readonly hostNames: (network: 'nat' | 'bridge') => Promise<HostNames>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** The guest's own network management may have set others meanwhile. */
const checkAgainMs = 30_000;

/** What nobody asks for is looked at once: the disk may hold what an earlier policy set. */
function pauseMs(isAsked: boolean, isFailed: boolean): number {
  if (isAsked && isFailed) return 0;
  return isAsked || isFailed ? checkAgainMs : Number.POSITIVE_INFINITY;
}

interface Standing {
  readonly wanted: string;
  readonly failure: string | undefined;
  readonly checkAgainAtMs: number;
}

/** Keeps the name servers and suffixes of guests what the policy says, as policy, computer and guest change. */
export class GuestNamesKeeper {
  readonly #parts: GuestNamesParts;
  readonly #standings = new WeakMap<object, Standing>();

  constructor(parts: GuestNamesParts) {
    this.#parts = parts;
  }

  /** Looks after one guest, as often as one likes. */
  async keep(guest: NamedGuest): Promise<void> {
    const { machine, policy, description } = guest;
    const { mode } = machine.network;
    if (mode === 'none' || !description.hasGuestAgent || description.guestOs === 'other') return;
    const nowMs = this.#parts.clock.monotonicMs();
    const names = resolveNames(policy, await this.#parts.hostNames(mode));
    const wanted = JSON.stringify(names);
    const before = this.#standings.get(machine);
    if (before?.wanted === wanted && nowMs < before.checkAgainAtMs) return;
    const isChange = before !== undefined && before.wanted !== wanted;
    const failure = await this.#set(guest, names, isChange);
    const isAsked = asksForNames(policy);
    const checkAgainAtMs = nowMs + pauseMs(isAsked, failure !== undefined);
    this.#standings.set(machine, { wanted, failure, checkAgainAtMs });
    // Once may be chance: a guest that is restarting, or busy.
    if (isAsked && failure !== undefined && before?.failure !== undefined) guest.onFailure(failure);
  }

  /** @returns why it could not be done */
  async #set(
    { machine, description, withAgent }: NamedGuest,
    names: GuestNames,
    isChange: boolean,
  ): Promise<string | undefined> {
    const cards = machine.network.cardAddresses;
    try {
      await withAgent((agent) =>
        description.guestOs === 'windows'
          ? setWindowsNames(agent, names, cards)
          : setLinuxNames(agent, names, cards, isChange),
      );
      return undefined;
    } catch (error) {
      if (isAppError(error)) return error.message;
      throw error;
    }
  }
}
