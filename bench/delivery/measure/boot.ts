import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { usageOf } from './process-usage.ts';

const timeoutMs = 300_000;

export interface BootOptions {
  /** Options that define a block node called `disk`. */
  readonly drive: readonly string[];
  readonly memoryMiB: number;
  readonly cwd: string;
}

/** A boot in an emulator. */
export interface Booted {
  /** From the emulator's start until the serial line asked for a login. */
  readonly seconds: number;
  /** Processor time of the emulator. */
  readonly cpuSeconds: number;
}

/** Boots a machine in an emulator until its serial line asks for a login, and ends it then. */
export async function bootUntilLogin({ drive, memoryMiB, cwd }: BootOptions): Promise<Booted> {
  const start = performance.now();
  const args = [
    ...['-nodefaults', '-no-user-config', '-machine', 'q35,accel=tcg', '-cpu', 'max', '-smp', '1'],
    ...['-m', String(memoryMiB), '-display', 'none', '-vga', 'std', '-serial', 'stdio', '-monitor', 'none'],
    ...[...drive, '-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
    ...['-netdev', 'user,id=network,restrict=on', '-device', 'virtio-net-pci,netdev=network,romfile='],
    ...['-object', 'rng-builtin,id=entropy', '-device', 'virtio-rng-pci,rng=entropy'],
    ...['-device', 'virtio-serial-pci'],
  ];
  const qemu = spawn('qemu-system-x86_64', args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(qemu, 'exit');
  const timer = setTimeout(() => qemu.kill('SIGKILL'), timeoutMs);
  let told = '';
  for await (const data of qemu.stdout.setEncoding('utf8')) {
    told += String(data);
    if (asksForLogin(told)) break;
  }
  const seconds = (performance.now() - start) / 1000;
  clearTimeout(timer);
  if (!asksForLogin(told)) {
    await ended;
    throw new Error(`the guest did not come up; it said:\n${told.slice(-2000)}`);
  }
  const { cpuSeconds } = await usageOf(qemu.pid ?? 0);
  qemu.kill('SIGKILL');
  await ended;
  return { seconds, cpuSeconds };
}

function asksForLogin(told: string): boolean {
  return /login: ?$/i.test(told);
}
