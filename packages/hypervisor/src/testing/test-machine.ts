import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDisks } from '../disks/prepare.ts';
import { defaultQemuPrograms, planRunAs, type RunAs } from '../host/index.ts';
import { machinePaths } from '../host/machine-folder.ts';
import type { MachineHandle } from '../machine/handle.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { TestImage } from './test-image.ts';

export const testKey = Uint8Array.from({ length: 32 }, (_unused, index) => index * 7);
export const programs = defaultQemuPrograms;
/** As root the tests run their guests confined, like the product; as anyone else, like the product there. */
export const testRunAs: RunAs | undefined = planRunAs(65_535, process.getuid?.() === 0);

/** A folder that is gone with everything in it at the end. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'carrel-hv-'));
  await chmod(path, 0o711);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A machine with disks on top of an image that is served at the folder's image socket. */
export async function prepareTestMachine(
  folder: string,
  image: TestImage,
  changes: Partial<MachineSpec> = {},
): Promise<MachineSpec> {
  const { basePath, overlayPath, imageSocket } = machinePaths(folder);
  const disks = await prepareDisks({
    programs,
    folder,
    basePath,
    overlayPath,
    virtualSizeBytes: image.virtualSizeBytes,
    diskKey: testKey,
    source: { socketPath: imageSocket, exportName: '' },
    runAs: testRunAs,
  });
  return { ...testSpec(folder), disks, ...changes };
}

export function testSpec(folder: string): MachineSpec {
  const { basePath, overlayPath } = machinePaths(folder);
  return {
    name: 'test, with a comma',
    uuid: '6f1d8a52-3c0b-4a53-9b59-0d1d0d1d0d1d',
    folder,
    programs,
    accelerator: 'tcg',
    firmware: { kind: 'bios' },
    guestOs: 'other',
    cpus: 1,
    memoryMiB: 64,
    disks: { basePath, overlayPath, source: undefined },
    diskBus: 'virtio',
    network: { mode: 'nat', card: 'virtio', identity: 'a device/a workspace' },
    display: 'none',
    hasGuestAgent: false,
    runAs: testRunAs,
  };
}

/** Reads the guest's serial line until the text is there; gives all that was read. */
export async function waitForConsole(
  machine: MachineHandle,
  isDone: (text: string) => boolean,
): Promise<string> {
  for (let text = ''; ; ) {
    text += await machine.readConsole();
    if (isDone(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
