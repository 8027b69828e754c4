import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer satisfies; gives it. @throws when the time is up, with the last answer */
export async function eventually<T>(
  ask: () => Promise<T>,
  isSatisfying: (answer: T) => boolean,
  timeoutMs = 120_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isSatisfying(answer)) return answer;
    if (performance.now() > endMs) throw new Error(`Still not as expected: ${JSON.stringify(answer)}`);
    await sleep(300);
  }
}
