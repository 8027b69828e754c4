import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machinePaths, prepareDisks, defaultQemuPrograms as programs } from '@carrel/hypervisor';
import type { DiskImage } from '../inputs/inputs.ts';
import { secondsUntilLogin } from '../measure/boot.ts';
import { startDiskServer } from '../measure/server-process.ts';
import { layLine } from '../measure/slow-line.ts';
import { startWebServer } from '../measure/web-server.ts';
import { carrelCommand } from '../peers/carrel.ts';
import { run } from '../shell.ts';
import type { BenchContext } from './bench-context.ts';
import { coldStart } from './names.ts';
import { repeatCount } from './repeats.ts';

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
  const ours = await inTurn(async (turn) => {
    const { result, traffic } = await web.count(() =>
      bootStreamed(join(folder, String(turn)), `oci:${web.origin}/tiny:desktop:tiny`, image.path, keyFile),
    );
    return { seconds: result, ...traffic };
  });
  figures.add({ scenario: coldStart.start, who: carrel.name, ...ours });
  const local = await inTurn(async () => ({ seconds: await bootRaw(image.path, folder) }));
  figures.add({ scenario: coldStart.start, who: coldStart.peer, ...local });
  await rm(folder, { recursive: true });
}

/** The median by the clock. */
async function inTurn<T extends { readonly seconds: number }>(
  work: (turn: number) => Promise<T>,
): Promise<T> {
  const results: T[] = [];
  for (let turn = 0; turn < repeatCount; turn += 1) results.push(await work(turn));
  const median = results.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(repeatCount / 2)];
  if (median === undefined) throw new Error('nothing was measured');
  return median;
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

/** The disks as the agent makes them: an encrypted base that keeps what is read, and an encrypted overlay. */
async function bootStreamed(
  folder: string,
  reference: string,
  imagePath: string,
  keyFile: string,
): Promise<number> {
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
  const seconds = (performance.now() - start) / 1000;
  return (
    seconds +
    (await secondsUntilLogin(streamedDrive(server.socket, basePath, overlayPath, secretFile), folder))
  );
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
