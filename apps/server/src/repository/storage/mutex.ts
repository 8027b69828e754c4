/** Lets one piece of work run at a time, in the order asked for. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  async run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.then(ignore, ignore);
    return result;
  }
}

/** Whoever asked for the work hears of its failure; the next in line does not. */
function ignore(): void {
  return undefined;
}
