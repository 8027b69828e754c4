import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { carrelCommand } from '../peers/carrel.ts';
import { run } from '../shell.ts';
import { fileSystemUuid } from './file-system.ts';
import { type DiskImage, makeOnce } from './inputs.ts';

const recipe = join(import.meta.dirname, '../../../recipes/tiny.yaml');
const bootCodeFile = '/usr/lib/grub/i386-pc/boot.img';
const sectorBytes = 512;
/** Room for the boot loader before the partition. */
const partitionOffsetBytes = 1024 * 1024;

/** A disk that boots by itself, up to a login prompt on its serial line. A description of its machine lies beside it. */
export interface BootableDisk extends DiskImage {
  readonly memoryMiB: number;
}

/** The tiny guest of the tests. */
export async function prepareTinyDisk(folder: string): Promise<BootableDisk> {
  const path = join(folder, 'tiny.raw');
  await makeOnce(path, 'the tiny guest', async (unfinished) => {
    const [program = '', ...args] = carrelCommand('image', 'build', recipe, '-o', unfinished);
    await run(program, args);
    await rename(machineFile(unfinished), machineFile(path));
  });
  return { name: 'tiny', path, memoryMiB: 256 };
}

/** A Debian system as it is, as the one partition of a disk with a boot loader. */
export async function prepareDebianDisk(folder: string, system: DiskImage): Promise<BootableDisk> {
  const name = `${system.name}-boot`;
  const path = join(folder, `${name}.raw`);
  const memoryMiB = 1024;
  await makeOnce(path, 'a disk that boots', async (unfinished) => {
    const offset = String(partitionOffsetBytes);
    const sparse = ['bs=1M', 'oflag=seek_bytes', `seek=${offset}`, 'conv=sparse', 'status=none'];
    await run('dd', [`if=${system.path}`, `of=${unfinished}`, ...sparse]);
    const loader = await makeBootLoader(`${path}.loader`);
    await using disk = await open(unfinished, 'r+');
    const { size } = await disk.stat();
    const bootSector = await makeBootSector(size - partitionOffsetBytes);
    // GRUB's first sector looks for the rest in the one behind it.
    await disk.write(Buffer.concat([bootSector, loader]), { position: 0 });
    await writeFile(machineFile(path), JSON.stringify({ guestOs: 'linux', minimumMemoryMiB: memoryMiB }));
  });
  return { name, path, memoryMiB };
}

/** Where packing looks for what a machine must be. */
function machineFile(path: string): string {
  return `${path}.machine.json`;
}

/** GRUB, made to start the newest kernel that the system has. */
async function makeBootLoader(path: string): Promise<Buffer> {
  const config = `search.fs_uuid ${fileSystemUuid} root
linux16 /vmlinuz root=UUID=${fileSystemUuid} ro console=ttyS0 quiet
initrd16 /initrd.img
boot
`;
  await writeFile(`${path}.cfg`, config);
  const modules = ['biosdisk', 'part_msdos', 'ext2', 'search_fs_uuid', 'linux16', 'boot'];
  const args = ['-O', 'i386-pc', '-p', '/boot/grub', '-c', `${path}.cfg`, '-o', path];
  await run('grub-mkimage', [...args, ...modules]);
  const loader = await readFile(path);
  await Promise.all([rm(path), rm(`${path}.cfg`)]);
  if (sectorBytes + loader.length > partitionOffsetBytes) throw new Error('the boot loader is too long');
  return loader;
}

/** Boot code, and a table with one active partition of Linux. */
async function makeBootSector(partitionBytes: number): Promise<Buffer> {
  const bootCode = await readFile(bootCodeFile);
  const sector = Buffer.alloc(sectorBytes);
  bootCode.copy(sector, 0, 0, 440);
  const entry = sector.subarray(446, 462);
  entry[0] = 0x80;
  entry[4] = 0x83;
  entry.writeUInt32LE(partitionOffsetBytes / sectorBytes, 8);
  entry.writeUInt32LE(partitionBytes / sectorBytes, 12);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
