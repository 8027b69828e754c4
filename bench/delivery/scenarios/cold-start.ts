import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BootableDisk, prepareDebianDisk, prepareTinyDisk } from '../inputs/bootable-disks.ts';
import { type Booted, bootUntilLogin } from '../measure/boot.ts';
import { layLine } from '../measure/slow-line.ts';
import { bootStreamed, type StreamedBoot } from '../measure/streamed-boot.ts';
import { startWebServer, type Traffic, type WebServer } from '../measure/web-server.ts';
import { carrelCommand } from '../peers/carrel.ts';
import { run } from '../shell.ts';
import type { BenchContext } from './bench-context.ts';
import { coldStart, type StartNames } from './names.ts';
import { middleRun, repeatCount } from './repeats.ts';

/**
 * The first start of an image that is not here yet, over a line of 50 Mbit/s, with the order of an earlier boot;
 * against the same machine on a local raw disk. Ours counts from the start of our own process.
 */
export async function startCold(context: BenchContext): Promise<void> {
  const { inputs, workFolder, isQuick } = context;
  const folder = join(workFolder, 'cold-start');
  await using line = await layLine('50mbit');
  await using web = await startWebServer({ folder: join(folder, 'web'), ...line });
  await startOver(web, folder, await prepareTinyDisk(inputs.folder), coldStart.tiny, context);
  // The small image has no kernel.
  if (!isQuick) {
    const debian = await prepareDebianDisk(inputs.folder, inputs.v1);
    await startOver(web, folder, debian, coldStart.debian, context);
  }
  await rm(folder, { recursive: true });
}

async function startOver(
  web: WebServer,
  folder: string,
  disk: BootableDisk,
  names: StartNames,
  { carrel, keyFile, figures }: BenchContext,
): Promise<void> {
  const store = join(web.folder, disk.name);
  await mkdir(store);
  await carrel.pack({ image: disk, store, url: '' });
  await recordBoot(`oci:${store}:desktop:${disk.name}`, keyFile);
  const reference = `oci:${web.origin}/${disk.name}:desktop:${disk.name}`;
  const ours: (StreamedBoot & Traffic)[] = [];
  const local: Booted[] = [];
  for (let turn = 0; turn < repeatCount; turn += 1) {
    const place = join(folder, `${disk.name}-${turn}`);
    const boot = await web.count(() => bootStreamed({ folder: place, reference, disk, keyFile }));
    ours.push({ ...boot.result, ...boot.traffic });
    await rm(place, { recursive: true });
    local.push(await bootLocal(disk, folder));
  }
  const who = carrel.name;
  const { disksSeconds, ...start } = middleRun(ours);
  figures.add({ scenario: names.start, who, ...start });
  figures.add({ scenario: names.disks, who, seconds: disksSeconds });
  figures.add({ scenario: names.start, who: coldStart.peer, ...middleRun(local) });
}

async function recordBoot(reference: string, keyFile: string): Promise<void> {
  const [program = '', ...args] = carrelCommand('image', 'record-boot', reference, '--key-file', keyFile);
  await run(program, args);
}

async function bootLocal({ path, memoryMiB }: BootableDisk, folder: string): Promise<Booted> {
  const copy = join(folder, 'local.raw');
  await copyFile(path, copy);
  const drive = ['-blockdev', `driver=raw,node-name=disk,file.driver=file,file.filename=${copy}`];
  return bootUntilLogin({ drive, memoryMiB, cwd: folder });
}
