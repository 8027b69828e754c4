import { fail } from '@carrel/contract';

/** The largest answer of QEMU we take: far above any real one, so that a runaway cannot eat the memory. */
const maximumLineBytes = 16 * 1024 * 1024;

/** Cuts a byte stream into lines of text, whatever pieces it arrives in. */
export class LineSplitter {
  #pieces: Buffer[] = [];
  #heldBytes = 0;

  /**
   * Takes the next piece and gives the lines it completes, without their ends; empty lines are left out.
   *
   * @throws {MONITOR_PROTOCOL} when a line exceeds 16 MiB
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...this.#pieces, chunk.subarray(start, end)]).toString('utf8');
      this.clear();
      if (line.trim() !== '') lines.push(line.trim());
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (rest.length > 0) {
      this.#pieces.push(rest);
      this.#heldBytes += rest.length;
    }
    if (this.#heldBytes > maximumLineBytes) {
      this.clear();
      throw fail('MONITOR_PROTOCOL', { reason: `a line is longer than ${maximumLineBytes} bytes` });
    }
    return lines;
  }

  /** Forgets a line begun. */
  clear(): void {
    this.#pieces = [];
    this.#heldBytes = 0;
  }
}
