import { describe, expect, it } from 'vitest';
import { createRandom, exponential } from '../engine/random.ts';
import { answerRequests } from './request-queue.ts';

/** Mean wait before service when requests come by chance (Pollaczek and Khinchine, for equal service times). */
function meanWaitSeconds(requestsPerSecond: number, serviceSeconds: number): number {
  const load = requestsPerSecond * serviceSeconds;
  return (load * serviceSeconds) / (2 * (1 - load));
}

/** Mean wait of requests that come by chance. */
function simulatedWait(requestsPerSecond: number, serviceSeconds: number, requests: number): number {
  const random = createRandom('requests');
  const arrivals = new Float64Array(requests);
  let time = 0;
  for (let at = 0; at < requests; at += 1) arrivals[at] = time += exponential(random) / requestsPerSecond;
  const waited = answerRequests(arrivals, serviceSeconds).reduce(
    (sum, answered, at) => sum + answered - serviceSeconds - (arrivals[at] ?? 0),
    0,
  );
  return waited / requests;
}

describe('a server that answers one request after the other', () => {
  it.each([0.2, 0.5, 0.8])('makes requests wait as the formula says at a load of %d', (load) => {
    const serviceSeconds = 0.0048;
    const requestsPerSecond = load / serviceSeconds;
    const ratio =
      simulatedWait(requestsPerSecond, serviceSeconds, 2_000_000) /
      meanWaitSeconds(requestsPerSecond, serviceSeconds);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.01);
  });

  it('lets requests that come together wait for each other', () => {
    expect(answerRequests(Float64Array.of(0, 0, 1, 9), 2)).toEqual(Float64Array.of(2, 4, 6, 11));
  });
});
