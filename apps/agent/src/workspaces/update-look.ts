import { isAppError } from '@carrel/kit';
import type { UpdateControl } from './update-control.ts';
import { failureOf, type WorkspaceState } from './workspace-state.ts';

export interface UpdateLookParts {
  readonly state: WorkspaceState;
  readonly trustedNowMs: () => number;
  readonly updates: Pick<UpdateControl, 'look'>;
  /** Something is to be done that needs no guest. */
  readonly poke: () => void;
  /** Asks for a restart of the guest. @throws the reason for which that is refused */
  readonly restart: () => Promise<void>;
  /** Asks for the end of the guest. */
  readonly stop: () => void;
}

/** Acts upon what an update of one workspace calls for as time passes. */
export class UpdateLook {
  readonly #parts: UpdateLookParts;
  #isRestarting = false;

  constructor(parts: UpdateLookParts) {
    this.#parts = parts;
  }

  /** Tells of a new version, and restarts the guest for it when it is due. To be called every few seconds. */
  async look(): Promise<void> {
    const { state, trustedNowMs, updates, poke } = this.#parts;
    const { previous } = state.record;
    if (previous && trustedNowMs() >= previous.keptUntilMs) poke();
    // Contacts and the clock ask for looks at the same time.
    if (this.#isRestarting || !updates.look()) return;
    this.#isRestarting = true;
    try {
      await this.#restart();
    } finally {
      this.#isRestarting = false;
    }
  }

  /** What is due and may not start again ends all the same; what was only asked for does not. */
  async #restart(): Promise<void> {
    const { state, restart, stop } = this.#parts;
    try {
      await restart();
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (state.record.wanted.moveTo?.why === 'due') {
        state.update({ failure: failureOf(error) });
        stop();
      } else state.want({ moveTo: null });
    }
  }
}
