/** What an agent does all the time, until the signal is aborted. */
export interface Loop {
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Runs what an agent does all the time, until the signal is aborted or one of it fails. The end of a loop that was
 * asked to end is no failure.
 */
export async function runLoops(loops: readonly Loop[], signal: AbortSignal): Promise<void> {
  const run = async (loop: Loop): Promise<void> => {
    try {
      await loop.run(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  await Promise.all(loops.map(run));
}
