import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fail } from '@carrel/contract';
import type { Accelerator } from '../machine/spec.ts';
import { findProgram } from './find-program.ts';
import { defaultQemuPrograms, type QemuPrograms } from './programs.ts';

const run = promisify(execFile);

/** What this computer offers to guests. */
export interface HostProbe {
  /** Absolute paths. */
  readonly programs: QemuPrograms;
  /** The fastest that works here. */
  readonly accelerator: Accelerator;
  /** Group that may use KVM; `undefined` without KVM. */
  readonly kvmGid: number | undefined;
  readonly qemuVersion: string;
  /** Firmware for UEFI guests; `undefined` where it is not installed. */
  readonly uefi: { readonly codePath: string; readonly variablesTemplatePath: string } | undefined;
}

export interface ProbeOptions {
  readonly programs?: QemuPrograms;
  readonly signal?: AbortSignal;
}

/**
 * Looks at this computer; starts no guest.
 *
 * @throws {QEMU_MISSING} when a program is not installed @throws {QEMU_START_FAILED} when QEMU does not run
 */
export async function probeHost(options: ProbeOptions = {}): Promise<HostProbe> {
  const wanted = options.programs ?? defaultQemuPrograms;
  const programs: QemuPrograms = {
    system: await findProgram(wanted.system),
    img: await findProgram(wanted.img),
    storageDaemon: await findProgram(wanted.storageDaemon),
  };
  const signal = options.signal;
  const version = parseQemuVersion(await output(programs.system, '-version', signal));
  const compiledIn = parseAccelerators(await output(programs.system, ['-accel', 'help'], signal));
  const isKvmUsable = compiledIn.has('kvm') && (await isUsable('/dev/kvm'));
  return {
    programs,
    accelerator: chooseAccelerator(compiledIn, isKvmUsable, process.platform),
    kvmGid: isKvmUsable ? (await stat('/dev/kvm')).gid : undefined,
    qemuVersion: version,
    uefi: await findUefi(),
  };
}

/** The version in the first line of `-version`. @throws {QEMU_START_FAILED} */
export function parseQemuVersion(text: string): string {
  const version = /version (\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined) throw fail('QEMU_START_FAILED', { reason: 'it does not tell its version' });
  return version;
}

/** The names `-accel help` lists. */
export function parseAccelerators(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split('\n')
      .slice(1)
      .map((line) => line.trim()),
  );
}

/** The fastest accelerator: the platform's own where QEMU has it and it works, else emulation. */
export function chooseAccelerator(
  compiledIn: ReadonlySet<string>,
  isKvmUsable: boolean,
  platform: NodeJS.Platform,
): Accelerator {
  if (isKvmUsable) return 'kvm';
  if (platform === 'darwin' && compiledIn.has('hvf')) return 'hvf';
  if (platform === 'win32' && compiledIn.has('whpx')) return 'whpx';
  return 'tcg';
}

async function output(program: string, args: string | string[], signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await run(program, [args].flat(), { timeout: 20_000, ...(signal && { signal }) });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    throw fail('QEMU_START_FAILED', { reason: `${program} cannot be run` }, error);
  }
}

/** Where Debian, Fedora and Arch keep the firmware with 4 MiB of flash, the one that is still maintained. */
const uefiPlaces = [
  ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
  ['/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_VARS.fd'],
  ['/usr/share/edk2/x64/OVMF_CODE.4m.fd', '/usr/share/edk2/x64/OVMF_VARS.4m.fd'],
] as const;

async function findUefi(): Promise<HostProbe['uefi']> {
  for (const [codePath, variablesTemplatePath] of uefiPlaces) {
    if ((await isReadable(codePath)) && (await isReadable(variablesTemplatePath))) {
      return { codePath, variablesTemplatePath };
    }
  }
  return undefined;
}

function isReadable(path: string): Promise<boolean> {
  return hasAccess(path, constants.R_OK);
}

function isUsable(path: string): Promise<boolean> {
  return hasAccess(path, constants.R_OK | constants.W_OK);
}

function hasAccess(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
