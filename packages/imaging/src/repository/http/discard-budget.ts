const leastBudgetBytes = 8 * 1024 * 1024;

/**
 * How much of what a server sends may be thrown away because it ignores ranges: for all requests to it together
 * 8 MiB, or for a single large one twice its size. More would silently use up a metered line.
 */
export class DiscardBudget {
  #spentBytes = 0;

  /** Takes from the budget; `false` when there is not so much left. */
  spend(bytes: number, wantedBytes: number): boolean {
    if (this.#spentBytes + bytes > Math.max(leastBudgetBytes, 2 * wantedBytes)) return false;
    this.#spentBytes += bytes;
    return true;
  }
}
