interface Claim {
  readonly sizeBytes: number;
  readonly grant: () => void;
}

/** Bounds the bytes in flight: claims are granted in order while they fit, and one too large when it is alone. */
export class ByteBudget {
  readonly #limitBytes: number;
  #usedBytes = 0;
  #waiting: Claim[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Resolves when the bytes may be used; they count until they are released. Rejects with the signal's reason. */
  async acquire(sizeBytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.length === 0 && this.#fits(sizeBytes)) {
      this.#usedBytes += sizeBytes;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== claim);
        reject(signal.reason as Error);
        this.#grantWaiting();
      };
      const grant = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const claim: Claim = { sizeBytes, grant };
      this.#waiting.push(claim);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  release(sizeBytes: number): void {
    this.#usedBytes -= sizeBytes;
    this.#grantWaiting();
  }

  #fits(sizeBytes: number): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + sizeBytes <= this.#limitBytes;
  }

  #grantWaiting(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.sizeBytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#usedBytes += next.sizeBytes;
      next.grant();
    }
  }
}
