import type { QueryKey } from '../api/index.ts';

export interface InvalidationBatchOptions {
  readonly invalidate: (keys: readonly QueryKey[]) => void;
  readonly schedule: (action: () => void, delayMs: number) => () => void;
  /** At most one round of reading in this time, however many things change. */
  readonly windowMs: number;
}

/** Gathers word of changes, so that a thousand devices reporting at once make one reading, not a thousand. */
export class InvalidationBatch {
  readonly #options: InvalidationBatchOptions;
  readonly #pending = new Map<string, QueryKey>();
  #cancel: (() => void) | undefined;

  constructor(options: InvalidationBatchOptions) {
    this.#options = options;
  }

  add(keys: readonly QueryKey[]): void {
    for (const key of keys) this.#pending.set(JSON.stringify(key), key);
    this.#cancel ??= this.#options.schedule(() => this.#flush(), this.#options.windowMs);
  }

  /** Forgets what is pending. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#pending.clear();
  }

  #flush(): void {
    this.#cancel = undefined;
    const keys = [...this.#pending.values()];
    this.#pending.clear();
    this.#options.invalidate(keys);
  }
}
