import type { FileTree, TreeEntry } from '../tree/file-tree.ts';
import { readContent } from '../tree/spool.ts';

const typeBits = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;

/**
 * Writes a tree as a cpio archive in the `newc` format (kernel: driver-api/early-userspace/buffer-format), the
 * one the kernel unpacks. Inode numbers count up from 1, so equal trees give equal bytes.
 *
 * @throws {RangeError} for hard links and devices, which an initramfs made here never holds
 */
export async function writeCpio(tree: FileTree): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let inode = 0;
  for (const [path, entry] of tree.entries()) {
    inode += 1;
    parts.push(...member(path.slice(1), inode, modeOf(path, entry), entry, await dataOf(entry)));
  }
  const trailer = { uid: 0, gid: 0, mtimeSeconds: 0 };
  parts.push(...member('TRAILER!!!', 0, 0, trailer, Buffer.alloc(0)));
  return Buffer.concat(parts);
}

function modeOf(path: string, entry: TreeEntry): number {
  if (entry.kind === 'hardlink' || entry.kind === 'device') {
    throw new RangeError(`${path}: an initramfs made here holds no ${entry.kind}`);
  }
  return typeBits[entry.kind] | entry.mode;
}

async function dataOf(entry: TreeEntry): Promise<Buffer> {
  if (entry.kind === 'file') return Buffer.from(await readContent(entry.content));
  return entry.kind === 'symlink' ? Buffer.from(entry.target, 'utf8') : Buffer.alloc(0);
}

function member(
  name: string,
  inode: number,
  mode: number,
  owner: Pick<TreeEntry, 'uid' | 'gid' | 'mtimeSeconds'>,
  data: Buffer,
): Buffer[] {
  const nameBytes = Buffer.from(`${name}\0`, 'utf8');
  const links = 1;
  const fields = [inode, mode, owner.uid, owner.gid, links, owner.mtimeSeconds, data.length];
  const numbers = [...fields, 0, 0, 0, 0, nameBytes.length, 0];
  const header = `070701${numbers.map((value) => value.toString(16).padStart(8, '0')).join('')}`;
  return [padded(Buffer.concat([Buffer.from(header, 'latin1'), nameBytes])), padded(data)];
}

function padded(bytes: Buffer): Buffer {
  const missing = (4 - (bytes.length % 4)) % 4;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
