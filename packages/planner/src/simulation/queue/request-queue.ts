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
