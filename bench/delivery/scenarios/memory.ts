import { join } from 'node:path';
import { prepareSparseDisk } from '../inputs/sparse-disk.ts';
import { startDiskServer } from '../measure/server-process.ts';
import { carrelCommand } from '../peers/carrel.ts';
import type { BenchContext } from './bench-context.ts';
import { recordFetch } from './fetch.ts';
import { large } from './names.ts';
import { readThrough } from './read-disk.ts';

/** Packs, fetches and serves a disk of 64 GiB with 8 GiB of data: memory must not grow with it. */
export async function handleLargeDisk(context: BenchContext): Promise<void> {
  const { inputs, stores, carrel, figures, keyFile, workFolder, isQuick } = context;
  const disk = await prepareSparseDisk(inputs.folder, (isQuick ? 4 : 64) * 1024 ** 3);
  await stores.ensure(carrel, disk);
  await recordFetch(context, large.fetch, carrel, disk);
  const socket = join(workFolder, 'large.sock');
  const reference = `oci:${stores.folder(carrel)}:desktop:${disk.name}`;
  const command = ['image', 'serve', reference, '--nbd', socket, '--key-file', keyFile];
  const usage = await readThrough(() => startDiskServer(carrelCommand(...command), socket), 1);
  figures.add({ scenario: large.read, who: carrel.name, ...usage });
}
