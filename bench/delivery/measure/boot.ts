import { spawn } from 'node:child_process';
import { once } from 'node:events';

const timeoutMs = 180_000;

/**
 * Boots a machine in an emulator and gives the seconds until its serial line asks for a login. The emulator is ended
 * then.
 *
 * @param drive options that define a block node called `disk`
 */
export async function secondsUntilLogin(drive: readonly string[], cwd: string): Promise<number> {
  const start = performance.now();
  const args = [
    ...['-nodefaults', '-no-user-config', '-machine', 'q35,accel=tcg', '-cpu', 'max', '-smp', '1'],
    ...['-m', '256', '-display', 'none', '-vga', 'std', '-serial', 'stdio', '-monitor', 'none'],
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
    if (/login: ?$/i.test(told)) break;
  }
  const seconds = (performance.now() - start) / 1000;
  clearTimeout(timer);
  qemu.kill('SIGKILL');
  await ended;
  if (!/login: ?$/i.test(told)) throw new Error(`the guest did not come up; it said:\n${told.slice(-2000)}`);
  return seconds;
}
