import { fail } from '@carrel/contract';

export interface TurnLimits {
  /** Done at a time. */
  readonly running: number;
  /** That wait for their turn at most. */
  readonly waiting: number;
}

/** Work that is done a few at a time, in the order it came. */
export interface Turns {
  /**
   * Does the work when its turn comes.
   *
   * @throws {SERVER_BUSY} too many wait; says when to come again, spread so that not all do at once
   */
  take<T>(work: () => Promise<T>): Promise<T>;
}

const shortestRetrySeconds = 5;
const retrySpreadSeconds = 30;

export function createTurns({ running, waiting }: TurnLimits, random: () => number): Turns {
  const line: (() => void)[] = [];
  let atWork = 0;
  return {
    take: async (work) => {
      if (atWork < running) {
        atWork += 1;
      } else if (line.length < waiting) {
        // Whoever ends hands its place on, so that nobody comes in between.
        await new Promise<void>((resolve) => line.push(resolve));
      } else {
        const retryAfterSeconds = shortestRetrySeconds + Math.ceil(random() * retrySpreadSeconds);
        throw fail('SERVER_BUSY', { retryAfterSeconds });
      }
      try {
        return await work();
      } finally {
        const next = line.shift();
        if (next) next();
        else atWork -= 1;
      }
    },
  };
}
