import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { OfficeNetwork } from './office-network.ts';

const readSchema = z.object({
  sha256: z.string(),
  bytesFromPeers: z.int(),
  bytesFromOrigin: z.int(),
  slowestReadMs: z.number(),
  bad: z.array(z.string()),
  lied: z.array(z.string()),
});
export type ReadResult = z.infer<typeof readSchema>;

const statusSchema = z.object({
  status: z.object({ peersSeen: z.int(), peersBanned: z.int(), sentBytes: z.int(), storeBytes: z.int() }),
});
export type OfficeComputerStatus = z.infer<typeof statusSchema>['status'];

/** A program of the office on one of its computers. */
export class OfficeComputer {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    if (!child.stdout) throw new Error('no output');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * @param program beside this file
   * @param options its own
   */
  static async start(
    network: OfficeNetwork,
    computer: number,
    program: string,
    options: object,
  ): Promise<OfficeComputer> {
    const args = [join(import.meta.dirname, program), JSON.stringify(options)];
    const started = new OfficeComputer(network.spawn(computer, process.execPath, args));
    await started.#next(z.object({ isReady: z.literal(true) }));
    return started;
  }

  /** Lets its policy switch office peers. */
  async set(state: 'on' | 'off'): Promise<void> {
    this.#say(state);
    await this.#next(z.object({ state: z.literal(state) }));
  }

  async untilSeen(count: number): Promise<void> {
    this.#say(`seen ${count}`);
    await this.#next(z.object({ seen: z.int() }));
  }

  /** Reads the whole image. */
  async read(onProgress?: (readBytes: number) => void): Promise<ReadResult> {
    this.#say('read');
    for (;;) {
      const answer = await this.#next(z.union([readSchema, z.object({ readBytes: z.int() })]));
      if ('sha256' in answer) return answer;
      onProgress?.(answer.readBytes);
    }
  }

  async status(): Promise<OfficeComputerStatus> {
    this.#say('status');
    return (await this.#next(statusSchema)).status;
  }

  async end(): Promise<void> {
    this.#say('end');
    await this.#next(z.object({ ended: z.literal(true) }));
    await this.#exited;
  }

  /** As a power cut does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  async #next<Answer>(schema: z.ZodType<Answer>): Promise<Answer> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('The computer of the office ended.');
    return schema.parse(JSON.parse(line.value));
  }
}
