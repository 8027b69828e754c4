import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface BootedGuest extends AsyncDisposable {
  /** From the start of QEMU until the guest agent answered. */
  readonly bootMs: number;
  /** Sends a command to the guest agent and gives its answer. */
  ask(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Runs a shell command in the guest and gives what it wrote. */
  shell(command: string): Promise<string>;
  /** Sends a line to QEMU's human monitor, such as `system_powerdown`. */
  monitor(line: string): void;
  /** Resolves with QEMU's exit code when it has ended. */
  ended(): Promise<number | null>;
  /** What the guest wrote to its serial line so far. */
  serialText(): Promise<string>;
}

export interface BootOptions {
  readonly disk: string;
  readonly firmware: 'bios' | 'uefi';
  /** Whether the guest's writes reach the disk file. Default: they do not. */
  readonly isPersistent?: boolean;
  readonly memoryMiB?: number;
  readonly extraArgs?: readonly string[];
  readonly timeoutMs?: number;
}

const ovmfCode = '/usr/share/OVMF/OVMF_CODE_4M.fd';
const ovmfVariables = '/usr/share/OVMF/OVMF_VARS_4M.fd';

/** Boots a disk in QEMU, emulated, and waits for the agent in the guest. Disposing ends QEMU. */
export async function bootGuest(options: BootOptions): Promise<BootedGuest> {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-boot-'));
  const startedAt = performance.now();
  const qemu = spawn('qemu-system-x86_64', await qemuArgs(options, folder), {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const complaints: string[] = [];
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const dispose = async (): Promise<void> => {
    await endProcess(qemu);
    await rm(folder, { recursive: true, force: true });
  };
  const serialText = (): Promise<string> => readFile(join(folder, 'serial.log'), 'utf8');
  try {
    const agent = await waitForAgent(join(folder, 'agent.sock'), qemu, options.timeoutMs ?? 240_000);
    const bootMs = performance.now() - startedAt;
    return {
      bootMs,
      ask: (command, parameters) => agent.ask(command, parameters),
      shell: (command) => runShell(agent, command),
      monitor: (line) => qemu.stdin.write(`${line}\n`),
      ended: async () => {
        if (qemu.exitCode === null && qemu.signalCode === null) await once(qemu, 'exit');
        return qemu.exitCode;
      },
      serialText,
      [Symbol.asyncDispose]: async () => {
        agent.close();
        await dispose();
      },
    };
  } catch (error) {
    const serial = await serialText().catch(() => '');
    await dispose();
    const told = `${complaints.join('')}\nserial line:\n${serial.slice(-2000)}`;
    throw new Error(`The guest did not come up. ${told}`, { cause: error });
  }
}

async function qemuArgs(options: BootOptions, folder: string): Promise<string[]> {
  const firmware: string[] = [];
  if (options.firmware === 'uefi') {
    const variables = join(folder, 'variables.fd');
    await copyFile(ovmfVariables, variables);
    firmware.push('-drive', `if=pflash,format=raw,readonly=on,file=${ovmfCode}`);
    firmware.push('-drive', `if=pflash,format=raw,file=${variables}`);
  }
  const snapshot = options.isPersistent === true ? 'off' : 'on';
  return [
    ...['-nodefaults', '-no-user-config', '-accel', 'tcg', '-machine', 'q35', '-display', 'none'],
    ...['-m', String(options.memoryMiB ?? 256), '-monitor', 'stdio', '-vga', 'std'],
    ...['-serial', `file:${join(folder, 'serial.log')}`],
    ...['-drive', `if=virtio,format=raw,file=${options.disk},snapshot=${snapshot}`],
    ...['-netdev', 'user,id=net0,restrict=on', '-device', 'virtio-net-pci,netdev=net0,romfile='],
    ...[
      '-device',
      'virtio-serial-pci',
      '-device',
      'virtserialport,chardev=agent,name=org.qemu.guest_agent.0',
    ],
    ...['-chardev', `socket,id=agent,path=${join(folder, 'agent.sock')},server=on,wait=off`],
    ...firmware,
    ...(options.extraArgs ?? []),
  ];
}

interface GuestAgent {
  /** Whether the agent answered this very question in time. Earlier questions may have been lost while it started. */
  sync(id: number, timeoutMs: number): Promise<boolean>;
  ask(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

async function waitForAgent(path: string, qemu: ChildProcess, timeoutMs: number): Promise<GuestAgent> {
  const deadline = performance.now() + timeoutMs;
  let socket: Socket | undefined;
  while (socket === undefined) {
    if (qemu.exitCode !== null) throw new Error(`QEMU ended with exit code ${qemu.exitCode}`);
    socket = await connect(path).catch(() => undefined);
    if (socket === undefined) await delay(20);
  }
  const agent = speakTo(socket);
  for (let id = 1; performance.now() < deadline; id += 1) {
    if (qemu.exitCode !== null) throw new Error(`QEMU ended with exit code ${qemu.exitCode}`);
    if (await agent.sync(id, 250)) return agent;
  }
  agent.close();
  throw new Error(`The guest agent said nothing for ${timeoutMs} ms`);
}

async function connect(path: string): Promise<Socket> {
  const socket = createConnection(path);
  await once(socket, 'connect');
  return socket;
}

/** One question at a time; an answer to an earlier `sync` is not taken for one to a later. */
function speakTo(socket: Socket): GuestAgent {
  let onAnswer: (answer: unknown) => void = () => undefined;
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onAnswer(JSON.parse(line));
  });
  socket.on('error', () => socket.destroy());
  const send = (execute: string, parameters?: Readonly<Record<string, unknown>>): void => {
    socket.write(`${JSON.stringify({ execute, arguments: parameters })}\n`);
  };
  return {
    sync: (id, timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), timeoutMs);
        onAnswer = (answer) => {
          if (JSON.stringify(answer) !== JSON.stringify({ return: id })) return;
          clearTimeout(timer);
          resolve(true);
        };
        send('guest-sync', { id });
      }),
    ask: (command, parameters) =>
      new Promise((resolve) => {
        onAnswer = resolve;
        send(command, parameters);
      }),
    close: () => socket.destroy(),
  };
}

async function runShell(agent: GuestAgent, command: string): Promise<string> {
  const started = (await agent.ask('guest-exec', {
    path: '/bin/sh',
    arg: ['-c', command],
    'capture-output': true,
  })) as { return: { pid: number } };
  for (;;) {
    const status = (await agent.ask('guest-exec-status', { pid: started.return.pid })) as {
      return: { exited: boolean; 'out-data'?: string; 'err-data'?: string };
    };
    if (status.return.exited) {
      const parts = [status.return['out-data'], status.return['err-data']];
      return parts.map((part) => Buffer.from(part ?? '', 'base64').toString('utf8')).join('');
    }
    await delay(50);
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
