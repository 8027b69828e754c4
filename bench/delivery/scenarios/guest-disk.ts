import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createBaseDisk,
  exportBase,
  machinePaths,
  makeMachineFolder,
  defaultQemuPrograms as programs,
  streamOffline,
} from '@carrel/hypervisor';
import { startDiskServer } from '../measure/server-process.ts';
import { measure } from '../measure/usage.ts';
import { carrelCommand } from '../peers/carrel.ts';
import { run } from '../shell.ts';
import type { BenchContext } from './bench-context.ts';
import { guestDisk } from './names.ts';
import { median } from './repeats.ts';

const diskKey = new Uint8Array(32).fill(9);
const runAs = undefined;
const turns = 5;

/** The disk the agent makes of an image once all of it has arrived, against disks that qemu-img makes of it. */
export async function readGuestDisk(context: BenchContext): Promise<void> {
  const { inputs, figures, carrel, workFolder } = context;
  const folder = join(workFolder, 'guest-disk');
  const { size } = await stat(inputs.v1.path);
  const streamed = join(folder, 'streamed');
  await stream(context, streamed, size);
  const secret = join(folder, 'passphrase');
  await writeFile(secret, Buffer.from(diskKey).toString('hex'), { mode: 0o600 });
  const converted = join(folder, 'converted');
  await makeMachineFolder(converted, runAs);
  await convert(inputs.v1.path, machinePaths(converted).basePath, secret);
  const plain = join(folder, 'plain.qcow2');
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', inputs.v1.path, plain]);

  for (const made of [streamed, converted]) await check(made, inputs.v1.path);
  const ways = [
    { who: carrel.name, read: () => readExported(streamed) },
    { who: guestDisk.encrypted, read: () => readExported(converted) },
    { who: guestDisk.plain, read: () => readPlain(plain, join(folder, 'plain.sock')) },
  ];
  const seconds = ways.map((): number[] => []);
  // In turn, so that what else the machine does falls on all.
  for (let time = 0; time < turns; time += 1) {
    for (const [index, way] of ways.entries()) seconds[index]?.push(await way.read());
  }
  for (const [index, { who }] of ways.entries()) {
    figures.add({ scenario: guestDisk.read, who, seconds: median(seconds[index] ?? []) });
  }
  await rm(folder, { recursive: true });
}

/** As the agent does while no guest runs. */
async function stream(context: BenchContext, folder: string, virtualSizeBytes: number): Promise<void> {
  const { inputs, stores, carrel, keyFile } = context;
  await stores.ensure(carrel, inputs.v1);
  await mkdir(folder, { recursive: true });
  await makeMachineFolder(folder, runAs);
  const { basePath, imageSocket } = machinePaths(folder);
  const reference = `oci:${stores.folder(carrel)}:desktop:${inputs.v1.name}`;
  const command = ['image', 'serve', reference, '--nbd', imageSocket, '--key-file', keyFile];
  await using server = await startDiskServer(carrelCommand(...command), imageSocket);
  const source = { socketPath: server.socket, exportName: '' };
  const common = { programs, diskKey, runAs };
  await createBaseDisk({ ...common, path: basePath, virtualSizeBytes });
  await using job = await streamOffline({ ...common, folder, basePath, source, rateBytesPerSecond: 0 });
  const outcome = await job.outcome;
  if (outcome.kind !== 'completed') throw new Error(`streaming was interrupted: ${outcome.reason}`);
}

/** With the encryption and clusters the agent's disks have. */
async function convert(from: string, to: string, secretFile: string): Promise<void> {
  const layout = 'encrypt.format=luks,encrypt.key-secret=disk-key,encrypt.iter-time=10,cluster_size=64k';
  const secret = ['--object', `secret,id=disk-key,file=${secretFile}`];
  const args = ['convert', ...secret, '-f', 'raw', '-O', 'qcow2', '-o', layout, from, to];
  // QEMU refuses now and then ("unable to get accurate CPU usage") when it may not run at once.
  await run('qemu-img', args).catch(() => run('qemu-img', args));
}

/** Both encrypted disks are read through the same QEMU storage daemon. In seconds. */
async function readExported(folder: string): Promise<number> {
  const options = { programs, folder, basePath: machinePaths(folder).basePath, diskKey, runAs };
  await using disk = await exportBase(options);
  const { seconds } = await measure(['nbdcopy', `nbd+unix:///?socket=${disk.socketPath}`, 'null:']);
  return seconds;
}

async function readPlain(path: string, socket: string): Promise<number> {
  await using server = await startDiskServer(
    [
      ...['qemu-storage-daemon', '--blockdev', `driver=file,node-name=file,filename=${path}`],
      ...['--blockdev', 'driver=qcow2,node-name=disk,file=file,read-only=on'],
      ...['--nbd-server', `addr.type=unix,addr.path=${socket}`],
      ...['--export', 'type=nbd,id=disk,node-name=disk,name=,writable=off'],
    ],
    socket,
  );
  return (await measure(['nbdcopy', server.uri, 'null:'])).seconds;
}

/** That both disks hold the image. */
async function check(folder: string, expectedPath: string): Promise<void> {
  const options = { programs, folder, basePath: machinePaths(folder).basePath, diskKey, runAs };
  await using disk = await exportBase(options);
  const uri = `nbd+unix:///?socket=${disk.socketPath}`;
  await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', uri, expectedPath]);
}
