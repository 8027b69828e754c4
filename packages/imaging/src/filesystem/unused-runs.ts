/** A run of bytes of a disk that holds nothing anyone needs. */
export interface UnusedRun {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** Only whole blocks of this size are ever given up: the unit in which images are stored. */
export const discardUnitBytes = 4096;

/** Gathers unused runs in ascending order, joins neighbours, and keeps of each the whole 4 KiB blocks of the disk. */
export class UnusedRunCollector {
  readonly #originBytes: number;
  readonly #runs: UnusedRun[] = [];
  #start = 0;
  #end = 0;

  /** @param originBytes where offset 0 of the file system lies on the disk */
  constructor(originBytes: number) {
    this.#originBytes = originBytes;
  }

  /** Adds a run of the file system; it begins where the last one ended, or later. */
  add(offsetBytes: number, lengthBytes: number): void {
    if (lengthBytes <= 0) return;
    const start = this.#originBytes + offsetBytes;
    if (start < this.#end) throw new RangeError('unused runs must be added in ascending order');
    if (start > this.#end) {
      this.#flush();
      this.#start = start;
    }
    this.#end = start + lengthBytes;
  }

  finish(): UnusedRun[] {
    this.#flush();
    return this.#runs;
  }

  #flush(): void {
    const start = Math.ceil(this.#start / discardUnitBytes) * discardUnitBytes;
    const end = Math.floor(this.#end / discardUnitBytes) * discardUnitBytes;
    if (end > start) this.#runs.push({ offsetBytes: start, lengthBytes: end - start });
  }
}
