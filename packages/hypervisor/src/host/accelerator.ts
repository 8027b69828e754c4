import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Accelerator } from '../machine/spec.ts';

/** How guests may be accelerated. */
export interface Acceleration {
  /** The fastest that works here. */
  readonly accelerator: Accelerator;
  /** Group that a guest's own user needs for it; `undefined` when none. */
  readonly kvmGid: number | undefined;
}

const emulation: Acceleration = { accelerator: 'tcg', kvmGid: undefined };
const tryMs = 20_000;

/** Finds the fastest accelerator that guests can use here: QEMU has it, the guest's user may, and a processor starts. */
export async function findAcceleration(
  system: string,
  compiledIn: ReadonlySet<string>,
): Promise<Acceleration> {
  const candidate = candidateFor(process.platform, compiledIn);
  if (candidate === undefined) return emulation;
  const device = candidate === 'kvm' ? await kvmAccess() : { kvmGid: undefined };
  if (!device || !(await doesProcessorStart(system, candidate))) return emulation;
  return { accelerator: candidate, kvmGid: device.kvmGid };
}

/** The names `-accel help` lists. */
export function parseAccelerators(text: string): ReadonlySet<string> {
  const names = text.split('\n').slice(1);
  return new Set(names.map((line) => line.trim()));
}

/** The platform's own accelerator, where QEMU has it. */
export function candidateFor(
  platform: NodeJS.Platform,
  compiledIn: ReadonlySet<string>,
): Exclude<Accelerator, 'tcg'> | undefined {
  const own = { linux: 'kvm', darwin: 'hvf', win32: 'whpx' } as const;
  const name = Object.entries(own).find(([key]) => key === platform)?.[1];
  return name !== undefined && compiledIn.has(name) ? name : undefined;
}

/**
 * Whether a guest's user may use a device with these permissions, and in which group: everyone may, or a group that is
 * not root's. What root alone may is not for guests, since they do not run as root.
 */
export function planKvmAccess(device: {
  readonly mode: number;
  readonly gid: number;
}): { readonly kvmGid: number | undefined } | undefined {
  if ((device.mode & 0o006) === 0o006) return { kvmGid: undefined };
  if ((device.mode & 0o060) === 0o060 && device.gid !== 0) return { kvmGid: device.gid };
  return undefined;
}

async function kvmAccess(): Promise<{ kvmGid: number | undefined } | undefined> {
  const path = '/dev/kvm';
  const isOpen = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isOpen) return undefined;
  if (process.getuid?.() !== 0) return { kvmGid: undefined };
  return planKvmAccess(await stat(path));
}

/** Lets QEMU try: a device that opens may still refuse to run a processor, as in some virtual machines. */
function doesProcessorStart(system: string, accelerator: Accelerator): Promise<boolean> {
  const machine = ['-machine', `q35,accel=${accelerator}`, '-cpu', 'host', '-m', '64'];
  const bare = ['-nodefaults', '-no-user-config', '-display', 'none', '-S', '-monitor', 'stdio'];
  const child = spawn(system, [...machine, ...bare], { stdio: ['pipe', 'ignore', 'ignore'], timeout: tryMs });
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
    child.stdin.once('error', () => {
      resolve(false);
    });
    child.stdin.end('quit\n');
  });
}
