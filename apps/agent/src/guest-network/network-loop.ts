import { fail } from '@carrel/contract';
import { type Clock, isAppError } from '@carrel/kit';
import { GuestTurns } from '../guest-turns.ts';
import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { Machines } from '../workspaces/machines.ts';
import type { UserWorkspace } from '../workspaces/user-workspace.ts';
import { GuestNamesKeeper } from './guest-names.ts';
import { readHostNames } from './host-names.ts';
import { namedGuest } from './named-guest.ts';

export interface NetworkLoopParts {
  readonly supervisor: { list(): readonly UserWorkspace[] };
  readonly machines: Pick<Machines, 'guardHost'>;
  readonly database: Pick<AgentDatabase, 'transaction'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Clock;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const intervalMs = 5_000;

/** Keeps up, while guests run, what their networks need: the guard of this computer, name servers and suffixes. */
export class NetworkLoop {
  readonly #parts: NetworkLoopParts;
  readonly #names: GuestNamesKeeper;
  readonly #turns: GuestTurns;
  #isUnguardedTold = false;

  constructor(parts: NetworkLoopParts) {
    this.#parts = parts;
    this.#names = new GuestNamesKeeper({ hostNames: readHostNames, clock: parts.clock });
    this.#turns = new GuestTurns((error) =>
      parts.onTrouble('the name servers of a guest were not looked after', error),
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    const { supervisor, clock } = this.#parts;
    while (!signal.aborted) {
      const running = supervisor.list().filter(({ guest }) => guest.machine !== undefined);
      if (running.length > 0) await this.#guardHost();
      for (const workspace of running) this.#keepNames(workspace);
      await clock.sleep(intervalMs, signal);
    }
  }

  async #guardHost(): Promise<void> {
    try {
      if ((await this.#parts.machines.guardHost()) || this.#isUnguardedTold) return;
      this.#isUnguardedTold = true;
      throw fail('HOST_UNGUARDED', { reason: 'the agent may not change the network' });
    } catch (error) {
      if (!isAppError(error)) throw error;
      this.#parts.onTrouble('guests may reach this computer', error);
    }
  }

  #keepNames(workspace: UserWorkspace): void {
    const guest = namedGuest(workspace, this.#parts);
    if (guest) this.#turns.begin(guest.machine, () => this.#names.keep(guest));
  }
}
