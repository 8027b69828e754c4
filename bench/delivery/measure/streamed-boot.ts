import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machinePaths, prepareDisks, defaultQemuPrograms as programs } from '@carrel/hypervisor';
import type { BootableDisk } from '../inputs/bootable-disks.ts';
import { carrelCommand } from '../peers/carrel.ts';
import { type Booted, bootUntilLogin } from './boot.ts';
import { startDiskServer } from './server-process.ts';

const diskKey = new Uint8Array(32).fill(9);
const runAs = undefined;

export interface StreamedBootOptions {
  /** Is made; holds the guest's disks afterwards. */
  readonly folder: string;
  readonly reference: string;
  readonly disk: BootableDisk;
  readonly keyFile: string;
}

/** `seconds` are from nothing to the login prompt; `cpuSeconds` of the emulator and of what serves the image. */
export interface StreamedBoot extends Booted {
  /** Of the seconds: until both disks were made and the image was served, which are done at the same time. */
  readonly disksSeconds: number;
}

/** Starts an image while it streams, on disks as the agent makes them and with the order of a recorded boot. */
export async function bootStreamed(options: StreamedBootOptions): Promise<StreamedBoot> {
  const { folder, reference, disk, keyFile } = options;
  const start = performance.now();
  const { guestFolder, basePath, overlayPath, imageSocket } = machinePaths(folder);
  await mkdir(guestFolder, { recursive: true });
  const secretFile = join(folder, 'passphrase');
  await writeFile(secretFile, Buffer.from(diskKey).toString('hex'), { mode: 0o600 });
  const key = ['--key-file', keyFile];
  const command = carrelCommand('image', 'serve', reference, '--boot', '--nbd', imageSocket, ...key);
  const serving = startDiskServer(command, imageSocket);
  const { size: virtualSizeBytes } = await stat(disk.path);
  const source = { socketPath: imageSocket, exportName: '' };
  await prepareDisks({ programs, folder, basePath, overlayPath, virtualSizeBytes, diskKey, source, runAs });
  await using server = await serving;
  const disksSeconds = (performance.now() - start) / 1000;
  const drive = streamedDrive(server.socket, basePath, overlayPath, secretFile);
  const guest = await bootUntilLogin({ drive, memoryMiB: disk.memoryMiB, cwd: folder });
  const seconds = (performance.now() - start) / 1000;
  const { cpuSeconds } = await server.usage();
  return { seconds, disksSeconds, cpuSeconds: guest.cpuSeconds + cpuSeconds };
}

/** An encrypted base that keeps what is read, and an encrypted overlay. */
function streamedDrive(socket: string, basePath: string, overlayPath: string, secretFile: string): string[] {
  const encrypt = { format: 'luks', 'key-secret': 'disk-key' };
  const qcow2 = (name: string, filename: string, backing: string): object => ({
    ...{ driver: 'qcow2', 'node-name': name, file: { driver: 'file', filename }, encrypt, backing },
  });
  const nodes = [
    { driver: 'nbd', 'node-name': 'image', 'read-only': true, server: { type: 'unix', path: socket } },
    qcow2('base', basePath, 'image'),
    { driver: 'copy-on-read', 'node-name': 'base-filter', file: 'base' },
    qcow2('disk', overlayPath, 'base-filter'),
  ];
  return [
    ...['-object', `secret,id=disk-key,file=${secretFile}`],
    ...nodes.flatMap((node) => ['-blockdev', JSON.stringify(node)]),
  ];
}
