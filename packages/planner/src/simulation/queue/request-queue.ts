/**
 * One server that answers one request after the other, each in the same time, in the order they come (with requests
 * that come by chance: M/D/1).
 *
 * @param arrivals seconds, ascending
 * @returns when each is answered
 */
export function answerRequests(arrivals: Float64Array, serviceSeconds: number): Float64Array {
  const answered = new Float64Array(arrivals.length);
  let freeAt = -Infinity;
  for (const [at, arrival] of arrivals.entries()) {
    freeAt = Math.max(arrival, freeAt) + serviceSeconds;
    answered[at] = freeAt;
  }
  return answered;
}

/**
 * Mean time that requests wait before they are served when they come by chance (Pollaczek and Khinchine, for equal
 * service times).
 *
 * @returns seconds; `Infinity` where more come than are served
 */
export function meanWaitSeconds(requestsPerSecond: number, serviceSeconds: number): number {
  const load = requestsPerSecond * serviceSeconds;
  return load < 1 ? (load * serviceSeconds) / (2 * (1 - load)) : Infinity;
}
