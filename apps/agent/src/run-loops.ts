/**
 * Runs what an agent does all the time, until the signal is aborted or one of it fails. The end of a loop that was
 * asked to end is no failure.
 */
export async function runLoops(
  loops: readonly { run(signal: AbortSignal): Promise<void> }[],
  signal: AbortSignal,
): Promise<void> {
  const run = async (loop: (typeof loops)[number]): Promise<void> => {
    try {
      await loop.run(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  await Promise.all(loops.map(run));
}
