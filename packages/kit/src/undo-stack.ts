/**
 * Steps that take back work done so far, run newest first unless the work is kept.
 *
 * ```ts
 * await using undo = new UndoStack();
 * await mkdir(path);
 * undo.push(() => rm(path, { recursive: true }));
 * await fillFolder(path);
 * undo.keep();
 * ```
 */
export class UndoStack implements AsyncDisposable {
  #steps: (() => Promise<unknown> | undefined)[] = [];

  /** Registers a step. It must tolerate that what it takes back is already gone. */
  push(step: () => Promise<unknown> | undefined): void {
    this.#steps.push(step);
  }

  /** The work succeeded: forget every step. */
  keep(): void {
    this.#steps = [];
  }

  /** Runs all steps, also when one fails; then throws what failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Could not take back all of the work.');
  }
}
