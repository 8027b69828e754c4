import { join } from 'node:path';
import { type DiskServer, startDiskServer } from '../measure/server-process.ts';
import { carrelCommand } from '../peers/carrel.ts';
import type { BenchContext } from './bench-context.ts';
import { nbd } from './names.ts';
import { readThrough } from './read-disk.ts';

/** Our server decrypts and decompresses a local layout; nbdkit hands out a raw file. */
export async function readOverNbd({
  inputs,
  stores,
  carrel,
  figures,
  keyFile,
  workFolder,
}: BenchContext): Promise<void> {
  await stores.ensure(carrel, inputs.v1);
  const socket = join(workFolder, 'nbd.sock');
  const reference = `oci:${stores.folder(carrel)}:desktop:${inputs.v1.name}`;
  const ours = (): Promise<DiskServer> =>
    startDiskServer(
      carrelCommand('image', 'serve', reference, '--nbd', socket, '--key-file', keyFile),
      socket,
    );
  const nbdkit = (): Promise<DiskServer> =>
    startDiskServer(['nbdkit', '-f', '-r', '-U', socket, 'file', inputs.v1.path], socket);
  figures.add({ scenario: nbd.read, who: carrel.name, ...(await readThrough(ours)) });
  figures.add({ scenario: nbd.read, who: nbd.peer, ...(await readThrough(nbdkit)) });
}
