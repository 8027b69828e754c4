import { fail } from '@carrel/contract';
import type { GuestAgent, GuestExecOptions, GuestExecResult } from '@carrel/hypervisor';

/** A guest of files and programs, with one network card that it calls `cardName`. */
export interface ScriptedGuest {
  readonly agent: GuestAgent;
  readonly files: Map<string, string>;
  /** What was run in it, in order. */
  readonly commands: string[];
}

export const cardAddress = '02:00:00:00:00:01';

/** @param run what a program prints; `undefined` when it fails */
export function scriptedGuest(
  cardName: string,
  run: (command: string) => string | undefined = () => '',
): ScriptedGuest {
  const files = new Map<string, string>();
  const commands: string[] = [];
  const exec = (path: string, { args = [] }: GuestExecOptions = {}): Promise<GuestExecResult> => {
    const program = path.split(/[/\\]/).at(-1) ?? '';
    const command = [program, ...args].join(' ');
    commands.push(command);
    const output = run(command);
    return Promise.resolve({
      exitCode: output === undefined ? 1 : 0,
      signal: undefined,
      stdout: Buffer.from(output ?? ''),
      stderr: new Uint8Array(),
      isTruncated: false,
    });
  };
  const unasked = (): never => {
    throw new Error('not a thing this guest is asked for');
  };
  const agent: GuestAgent = {
    exec,
    readFile: (path) => {
      const text = files.get(path);
      if (text !== undefined) return Promise.resolve(Buffer.from(text));
      return Promise.reject(fail('GUEST_AGENT_REFUSED', { command: 'guest-file-open', reason: path }));
    },
    writeFile: (path, content) => {
      files.set(path, Buffer.from(content).toString('utf8'));
      commands.push(`write ${path}`);
      return Promise.resolve();
    },
    networkInterfaces: () =>
      Promise.resolve([
        { name: 'lo', hardwareAddress: '00:00:00:00:00:00', addresses: [] },
        { name: 'docker0', hardwareAddress: '02:42:00:00:00:01', addresses: [] },
        { name: cardName, hardwareAddress: cardAddress, addresses: [] },
      ]),
    ping: () => Promise.resolve(),
    info: unasked,
    hostName: unasked,
    shutdown: unasked,
    setTime: unasked,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { agent, files, commands };
}
