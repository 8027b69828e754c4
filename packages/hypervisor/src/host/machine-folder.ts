import { chmod, lchown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunAs } from './run-as.ts';

/**
 * Where a machine's files lie. Its folder belongs to us; the guest folder inside belongs to the guest's user and is
 * the only place the QEMU process can write. Nothing in the guest folder is trusted: a guest that broke out of QEMU
 * could put links there.
 */
export function machinePaths(folder: string): {
  readonly guestFolder: string;
  readonly basePath: string;
  readonly overlayPath: string;
  /** Where the agent serves the image for this machine. */
  readonly imageSocket: string;
  readonly monitorSocket: string;
  readonly guestAgentSocket: string;
  readonly vncSocket: string;
  readonly streamSocket: string;
  readonly uefiVariables: string;
  readonly savedState: string;
  readonly savedHardware: string;
  readonly stateFile: string;
  readonly logFile: string;
  readonly streamLogFile: string;
  readonly exportLogFile: string;
} {
  const guestFolder = join(folder, 'guest');
  return {
    guestFolder,
    basePath: join(guestFolder, 'base.qcow2'),
    overlayPath: join(guestFolder, 'overlay.qcow2'),
    imageSocket: join(guestFolder, 'image.sock'),
    monitorSocket: join(guestFolder, 'monitor.sock'),
    guestAgentSocket: join(guestFolder, 'guest-agent.sock'),
    vncSocket: join(guestFolder, 'vnc.sock'),
    streamSocket: join(guestFolder, 'stream.sock'),
    uefiVariables: join(guestFolder, 'uefi-variables.fd'),
    savedState: join(guestFolder, 'saved-state.luks'),
    savedHardware: join(folder, 'saved.json'),
    stateFile: join(folder, 'machine.json'),
    logFile: join(folder, 'machine.log'),
    streamLogFile: join(folder, 'stream.log'),
    exportLogFile: join(folder, 'export.log'),
  };
}

/** Makes a machine's folder and the guest folder in it, each for its owner alone. */
export async function makeMachineFolder(folder: string, runAs: RunAs | undefined): Promise<void> {
  const { guestFolder } = machinePaths(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await mkdir(guestFolder, { recursive: true, mode: 0o700 });
  await chmod(guestFolder, 0o700);
  if (runAs) await lchown(guestFolder, runAs.uid, runAs.gid);
}

/**
 * Gives a file or socket in a guest folder to the guest's user, as needed for the image's socket; does nothing when
 * there is none such or the guest runs as the caller.
 */
export async function giveToGuest(path: string, runAs: RunAs | undefined): Promise<void> {
  if (!runAs) return;
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isThere) await lchown(path, runAs.uid, runAs.gid);
}
