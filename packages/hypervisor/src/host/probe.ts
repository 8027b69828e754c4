import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fail } from '@carrel/contract';
import { type Acceleration, findAcceleration, parseAccelerators } from './accelerator.ts';
import { findProgram } from './find-program.ts';
import { defaultQemuPrograms, type QemuPrograms } from './programs.ts';

const run = promisify(execFile);

/** What this computer offers to guests. */
export interface HostProbe extends Acceleration {
  /** Absolute paths. */
  readonly programs: QemuPrograms;
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
  return {
    programs,
    ...(await findAcceleration(programs.system, compiledIn)),
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
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
