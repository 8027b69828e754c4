import type { MachineRecord } from './state-file.ts';

type Ending = NonNullable<MachineRecord['ending']>;

/**
 * Takes note of how a machine ends, once. Everyone who asks waits until it is on disk: several events tell of one
 * shutdown, and the process may go only after that.
 */
export class EndingNote {
  readonly #write: (ending: Ending) => Promise<void>;
  #noted: Promise<void> | undefined;

  constructor(write: (ending: Ending) => Promise<void>) {
    this.#write = write;
  }

  /** The first ending named is kept. After a failed write the next who asks tries again. */
  take(ending: Ending): Promise<void> {
    this.#noted ??= this.#write(ending).catch((error: unknown) => {
      this.#noted = undefined;
      throw error;
    });
    return this.#noted;
  }
}
