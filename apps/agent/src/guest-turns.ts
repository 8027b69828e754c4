/**
 * Work for guests that run, each beside the others: one that answers slowly, or never, keeps no other waiting, and what
 * fails for one ends neither the others nor the agent.
 */
export class GuestTurns {
  readonly #busy = new WeakSet<object>();
  readonly #onFailure: (error: unknown) => void;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Begins the work, unless what was begun for this machine before still goes on. */
  begin(machine: object, work: () => Promise<void>): void {
    if (this.#busy.has(machine)) return;
    this.#busy.add(machine);
    void work()
      .catch(this.#onFailure)
      .finally(() => this.#busy.delete(machine));
  }
}
