import { Duplex } from 'node:stream';
import { z } from 'zod';
import { LineSplitter } from '../qmp/line-splitter.ts';

const lineSchema = z.object({ from: z.enum(['qemu', 'client']), message: z.record(z.string(), z.unknown()) });
const commandSchema = z.object({ execute: z.string(), id: z.int() });
const greeting = {
  QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: 'fake' }, capabilities: [] },
};

type Reply =
  | { readonly return: unknown }
  | { readonly error: { readonly class: string; readonly desc: string } };

/** The other end of a monitor connection, without QEMU. */
export class FakeMonitor {
  readonly stream: Duplex;
  readonly #lines = new LineSplitter();
  readonly #pieceBytes: number;

  private constructor(pieceBytes: number, onCommand: (command: string, id: number) => void) {
    this.#pieceBytes = pieceBytes;
    this.stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        for (const line of this.#lines.push(chunk)) {
          const { execute, id } = commandSchema.parse(JSON.parse(line));
          onCommand(execute, id);
        }
        done();
      },
    });
  }

  /** Answers each command by a rule; `undefined` is silence. */
  static answering(rule: (command: string) => Reply | undefined): FakeMonitor {
    const monitor = new FakeMonitor(64 * 1024, (command, id) => {
      const reply = rule(command);
      if (reply) monitor.say({ ...reply, id });
    });
    monitor.say(greeting);
    return monitor;
  }

  /**
   * Says what QEMU said in a recorded transcript, each part when the client has said what it said then. Commands must
   * come in the recorded order.
   */
  static replay(transcript: string, pieceBytes: number): FakeMonitor {
    const lines = transcript
      .trim()
      .split('\n')
      .map((line) => lineSchema.parse(JSON.parse(line)));
    const monitor = new FakeMonitor(pieceBytes, (command, id) => {
      const expected = lines.shift();
      if (expected?.from !== 'client' || expected.message['execute'] !== command) {
        throw new Error(`the transcript does not go on with ${command}`);
      }
      sayUntilNext(id);
    });
    const sayUntilNext = (id?: number): void => {
      while (lines[0]?.from === 'qemu') {
        const message = lines.shift()?.message ?? {};
        monitor.say('id' in message && id !== undefined ? { ...message, id } : message);
      }
    };
    sayUntilNext();
    return monitor;
  }

  say(message: unknown): void {
    this.sayLine(JSON.stringify(message));
  }

  sayLine(line: string): void {
    const bytes = Buffer.from(`${line}\r\n`);
    for (let start = 0; start < bytes.length; start += this.#pieceBytes) {
      this.stream.push(bytes.subarray(start, start + this.#pieceBytes));
    }
  }

  end(): void {
    this.stream.destroy();
  }
}
