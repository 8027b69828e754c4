import type { Duplex } from 'node:stream';
import { fail } from '@carrel/contract';
import { type Clock, systemClock } from '@carrel/kit';
import { AgentChannel, type CallOptions } from './channel.ts';
import type { GuestAgent, GuestExecOptions, GuestExecResult, GuestInterface } from './guest-agent.ts';
import { answers } from './schemas.ts';

const pieceBytes = 48 * 1024;
const defaultReadBytes = 1024 ** 2;
const longestWriteBytes = 16 * 1024 ** 2;
const defaultExecTimeoutMs = 60_000;
const execPollMs = 100;

/**
 * Talks to the agent in a guest over a connected stream; brings the line into step first.
 *
 * @throws {GUEST_AGENT_SILENT} when nobody answers within the timeout
 */
export async function openGuestAgent(
  stream: Duplex,
  options: CallOptions & { readonly clock?: Clock } = {},
): Promise<GuestAgent> {
  const channel = new AgentChannel(stream);
  try {
    await channel.call('guest-ping', undefined, answers.nothing, options);
  } catch (error) {
    channel.close();
    throw error;
  }
  return new GuestAgentClient(channel, options.clock ?? systemClock);
}

class GuestAgentClient implements GuestAgent {
  readonly #channel: AgentChannel;
  readonly #clock: Clock;

  constructor(channel: AgentChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  async ping(): Promise<void> {
    await this.#channel.call('guest-ping', undefined, answers.nothing);
  }

  async info(): Promise<{ version: string; commands: string[] }> {
    const info = await this.#channel.call('guest-info', undefined, answers.info);
    const enabled = info.supported_commands.filter((command) => command.enabled);
    return { version: info.version, commands: enabled.map((command) => command.name) };
  }

  async hostName(): Promise<string> {
    return (await this.#channel.call('guest-get-host-name', undefined, answers.hostName))['host-name'];
  }

  async networkInterfaces(): Promise<GuestInterface[]> {
    const found = await this.#channel.call('guest-network-get-interfaces', undefined, answers.interfaces);
    return found.map((one) => ({
      name: one.name,
      hardwareAddress: one['hardware-address'],
      addresses: one['ip-addresses'].map((address) => ({
        address: address['ip-address'],
        prefixLength: address.prefix,
        family: address['ip-address-type'],
      })),
    }));
  }

  async shutdown(): Promise<void> {
    await this.#channel.send('guest-shutdown', { mode: 'powerdown' }, {});
  }

  async setTime(nowMs: number): Promise<void> {
    const time = Math.round(nowMs * 1e6);
    await this.#channel.call('guest-set-time', { time }, answers.nothing);
  }

  async exec(path: string, options: GuestExecOptions = {}): Promise<GuestExecResult> {
    const { signal, input, onProgress } = options;
    const args = {
      path,
      arg: options.args ?? [],
      env: options.environment ?? [],
      'capture-output': true,
      ...(input && { 'input-data': Buffer.from(input).toString('base64') }),
    };
    const { pid } = await this.#channel.call('guest-exec', args, answers.exec, { signal });
    const endMs = this.#clock.monotonicMs() + (options.timeoutMs ?? defaultExecTimeoutMs);
    for (;;) {
      const status = await this.#channel.call('guest-exec-status', { pid }, answers.execStatus, { signal });
      if (status.exited) {
        return {
          exitCode: status.exitcode,
          signal: status.signal,
          stdout: Buffer.from(status['out-data'], 'base64'),
          stderr: Buffer.from(status['err-data'], 'base64'),
          isTruncated: status['out-truncated'] || status['err-truncated'],
        };
      }
      if (this.#clock.monotonicMs() >= endMs) {
        throw fail('GUEST_AGENT_REFUSED', { command: 'guest-exec', reason: `${path} did not end in time` });
      }
      onProgress?.({ phase: 'running', note: path });
      await this.#clock.sleep(execPollMs, signal);
    }
  }

  async readFile(path: string, maximumBytes = defaultReadBytes): Promise<Uint8Array> {
    return this.#withFile(path, 'r', async (handle) => {
      const pieces: Buffer[] = [];
      for (let sizeBytes = 0; ; ) {
        const piece = await this.#channel.call(
          'guest-file-read',
          { handle, count: pieceBytes },
          answers.fileRead,
        );
        const bytes = Buffer.from(piece['buf-b64'], 'base64');
        pieces.push(bytes);
        sizeBytes += bytes.length;
        if (sizeBytes > maximumBytes) {
          const reason = `${path} has more than ${maximumBytes} bytes`;
          throw fail('GUEST_AGENT_REFUSED', { command: 'guest-file-read', reason });
        }
        if (piece.eof || bytes.length === 0) return Buffer.concat(pieces);
      }
    });
  }

  async writeFile(path: string, content: Uint8Array): Promise<void> {
    if (content.length > longestWriteBytes) {
      throw new RangeError(`writeFile takes at most ${longestWriteBytes} bytes, got ${content.length}.`);
    }
    await this.#withFile(path, 'w', async (handle) => {
      for (let start = 0; start < content.length; ) {
        const data = Buffer.from(content.subarray(start, start + pieceBytes)).toString('base64');
        const written = await this.#channel.call(
          'guest-file-write',
          { handle, 'buf-b64': data },
          answers.fileWrite,
        );
        if (written.count <= 0) {
          throw fail('GUEST_AGENT_REFUSED', { command: 'guest-file-write', reason: 'it wrote nothing' });
        }
        start += written.count;
      }
      await this.#channel.call('guest-file-flush', { handle }, answers.nothing);
    });
  }

  close(): Promise<void> {
    this.#channel.close();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #withFile<T>(path: string, mode: 'r' | 'w', use: (handle: number) => Promise<T>): Promise<T> {
    const handle = await this.#channel.call('guest-file-open', { path, mode }, answers.id);
    try {
      return await use(handle);
    } finally {
      await this.#channel.call('guest-file-close', { handle }, answers.nothing);
    }
  }
}
