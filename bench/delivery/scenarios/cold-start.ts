import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machinePaths, prepareDisks, defaultQemuPrograms as programs } from '@carrel/hypervisor';
import type { DiskImage } from '../inputs/inputs.ts';
import { secondsUntilLogin } from '../measure/boot.ts';
import { startDiskServer } from '../measure/server-process.ts';
import { layLine } from '../measure/slow-line.ts';
import { startWebServer, type Traffic } from '../measure/web-server.ts';
import { carrelCommand } from '../peers/carrel.ts';
import { run } from '../shell.ts';
import type { BenchContext } from './bench-context.ts';
import { coldStart } from './names.ts';
import { median, repeatCount } from './repeats.ts';

const diskKey = new Uint8Array(32).fill(9);
const runAs = undefined;

/**
 * The first start of an image that is not here yet, over a line of 50 Mbit/s, with the order of an earlier boot;
 * against the same machine on a local raw disk. Ours counts from the start of our own process.
 */
export async function startCold(context: BenchContext): Promise<void> {
  const { inputs, figures, workFolder, carrel, keyFile } = context;
  const folder = join(workFolder, 'cold-start');
  await using line = await layLine('50mbit');
  await using web = await startWebServer({ folder: join(folder, 'web'), ...line });
  const image: DiskImage = { name: 'tiny', path: join(inputs.folder, 'tiny.raw') };
  await buildTiny(image.path);
  const store = join(web.folder, 'tiny');
  await mkdir(store);
  await carrel.pack({ image, store, url: '' });
  await run(...command(['image', 'record-boot', `oci:${store}:desktop:tiny`, '--key-file', keyFile]));
  const reference = `oci:${web.origin}/tiny:desktop:tiny`;
  const ours: Started[] = [];
  const local: number[] = [];
  const traffics: Traffic[] = [];
  for (let turn = 0; turn < repeatCount; turn += 1) {
    const place = join(folder, String(turn));
    const { result, traffic } = await web.count(() => bootStreamed(place, reference, image.path, keyFile));
    ours.push(result);
    traffics.push(traffic);
    local.push(await bootRaw(image.path, folder));
  }
  const { start, disks, peer } = coldStart;
  const who = carrel.name;
  const seconds = median(ours.map((one) => one.seconds));
  const bytes = median(traffics.map((traffic) => traffic.bytes));
  const requests = median(traffics.map((traffic) => traffic.requests));
  figures.add({ scenario: start, who, seconds, bytes, requests });
  figures.add({ scenario: disks, who, seconds: median(ours.map((one) => one.disksSeconds)) });
  figures.add({ scenario: start, who: peer, seconds: median(local) });
  await rm(folder, { recursive: true });
}

/** With the description of its machine beside it, where packing looks for it. */
async function buildTiny(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const recipe = join(import.meta.dirname, '../../../recipes/tiny.yaml');
  await run(...command(['image', 'build', recipe, '-o', path]));
}

function command(args: readonly string[]): [string, string[]] {
  const [program = '', ...rest] = carrelCommand(...args);
  return [program, rest];
}

interface Started {
  /** From nothing to the login prompt. */
  readonly seconds: number;
  /** Of these: until both disks were made and the image was served, which are done at the same time. */
  readonly disksSeconds: number;
}

/** The disks as the agent makes them: an encrypted base that keeps what is read, and an encrypted overlay. */
async function bootStreamed(
  folder: string,
  reference: string,
  imagePath: string,
  keyFile: string,
): Promise<Started> {
  const start = performance.now();
  const { guestFolder, basePath, overlayPath, imageSocket } = machinePaths(folder);
  await mkdir(guestFolder, { recursive: true });
  const secretFile = join(folder, 'passphrase');
  await writeFile(secretFile, Buffer.from(diskKey).toString('hex'), { mode: 0o600 });
  const serve = carrelCommand('image', 'serve', reference, '--nbd', imageSocket, '--key-file', keyFile);
  const serving = startDiskServer(serve, imageSocket);
  const { size: virtualSizeBytes } = await stat(imagePath);
  const source = { socketPath: imageSocket, exportName: '' };
  await prepareDisks({ programs, folder, basePath, overlayPath, virtualSizeBytes, diskKey, source, runAs });
  await using server = await serving;
  const disksSeconds = (performance.now() - start) / 1000;
  const drive = streamedDrive(server.socket, basePath, overlayPath, secretFile);
  await secondsUntilLogin(drive, folder);
  return { seconds: (performance.now() - start) / 1000, disksSeconds };
}

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

async function bootRaw(path: string, folder: string): Promise<number> {
  const copy = join(folder, 'local.raw');
  await copyFile(path, copy);
  return secondsUntilLogin(
    ['-blockdev', `driver=raw,node-name=disk,file.driver=file,file.filename=${copy}`],
    folder,
  );
}
