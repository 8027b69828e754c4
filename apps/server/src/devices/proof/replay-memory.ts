/** Remembers what was used until it would be refused as old anyway. */
export interface ReplayMemory {
  /** `false` when the name was used before, or so many are in use that it cannot be remembered. */
  use(name: string, expiresAtMs: number, nowMs: number): boolean;
}

/**
 * @param capacity names remembered at most; when all are in use still, new ones are refused rather than old ones
 *   forgotten
 */
export function createReplayMemory(capacity = 200_000): ReplayMemory {
  const used = new Map<string, number>();
  let nextSweepMs = 0;
  const sweep = (nowMs: number): void => {
    for (const [name, expiresAtMs] of used) if (expiresAtMs <= nowMs) used.delete(name);
    nextSweepMs = nowMs + 10_000;
  };
  return {
    use: (name, expiresAtMs, nowMs) => {
      if (nowMs >= nextSweepMs) sweep(nowMs);
      if (used.size >= capacity || used.has(name)) return false;
      used.set(name, expiresAtMs);
      return true;
    },
  };
}
