/** Of the uploads at once, one address gets so many. */
const maxPerAddress = 4;

/** Bounds how many uploads run at once. */
export class UploadSlots {
  readonly #maximum: number;
  readonly #byAddress = new Map<string, number>();
  #taken = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Gives what to call when the upload is over; `undefined` when there is no slot now. */
  take(address: string): (() => void) | undefined {
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#taken >= this.#maximum || ofAddress >= maxPerAddress) return undefined;
    this.#taken += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return () => {
      this.#taken -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    };
  }
}
