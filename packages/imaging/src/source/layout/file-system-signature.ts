import type { DiskRegion } from './disk-region.ts';

export type FileSystemType =
  | 'ext2'
  | 'ext3'
  | 'ext4'
  | 'xfs'
  | 'btrfs'
  | 'ntfs'
  | 'exfat'
  | 'fat12'
  | 'fat16'
  | 'fat32'
  | 'iso9660'
  | 'swap'
  | 'luks'
  | 'lvm';

/** A file system (or what else fills a partition) and the name its user gave it, which may be empty. */
export interface FileSystemSignature {
  readonly type: FileSystemType;
  readonly label: string;
}

/** Tells by its signature what a partition holds. `undefined` when it is nothing known. */
export async function detectFileSystem(region: DiskRegion): Promise<FileSystemSignature | undefined> {
  // The farthest signature, that of btrfs, lies 64 KiB in.
  const head = Buffer.alloc(72 * 1024);
  (await region.read(0, head.length)).copy(head);
  // Long signatures first: what two bytes prove may be a remainder of what was here before.
  for (const detect of [xfs, ntfsOrExfat, btrfs, swap, luksOrLvm, ext, fat, iso]) {
    const found = detect(head);
    if (found) return found;
  }
  return undefined;
}

function textAt(head: Buffer, at: number, lengthBytes: number): string {
  return head
    .toString('utf8', at, at + lengthBytes)
    .replace(/\0.*$/s, '')
    .trim();
}

function isAt(head: Buffer, at: number, signature: string): boolean {
  return head.toString('latin1', at, at + signature.length) === signature;
}

function ext(head: Buffer): FileSystemSignature | undefined {
  if (head.readUInt16LE(1024 + 0x38) !== 0xef53) return undefined;
  const hasJournal = (head.readUInt32LE(1024 + 0x5c) & 0x4) !== 0;
  // extents, 64bit, flex_bg; huge_file, gdt_csum, metadata_csum: what ext4 brought.
  const isFourth =
    (head.readUInt32LE(1024 + 0x60) & 0x2c0) !== 0 || (head.readUInt32LE(1024 + 0x64) & 0x478) !== 0;
  return { type: isFourth ? 'ext4' : hasJournal ? 'ext3' : 'ext2', label: textAt(head, 1024 + 0x78, 16) };
}

function xfs(head: Buffer): FileSystemSignature | undefined {
  return isAt(head, 0, 'XFSB') ? { type: 'xfs', label: textAt(head, 108, 12) } : undefined;
}

function ntfsOrExfat(head: Buffer): FileSystemSignature | undefined {
  if (head.readUInt16LE(510) !== 0xaa55) return undefined;
  if (isAt(head, 3, 'NTFS    ')) return { type: 'ntfs', label: '' };
  return isAt(head, 3, 'EXFAT   ') ? { type: 'exfat', label: '' } : undefined;
}

/** FAT has no magic number: the fields of its boot sector must make sense together. */
function fat(head: Buffer): FileSystemSignature | undefined {
  const [bytesPerSector, sectorsPerCluster, fatCount] = [
    head.readUInt16LE(11),
    head.readUInt8(13),
    head.readUInt8(16),
  ];
  const isBootSector = head.readUInt16LE(510) === 0xaa55 && (head[0] === 0xeb || head[0] === 0xe9);
  const isSectorSize = [512, 1024, 2048, 4096].includes(bytesPerSector);
  const isClusterSize = sectorsPerCluster > 0 && (sectorsPerCluster & (sectorsPerCluster - 1)) === 0;
  if (!isBootSector || !isSectorSize || !isClusterSize || fatCount < 1 || fatCount > 2) return undefined;
  const reserved = head.readUInt16LE(14);
  const fatSectors = head.readUInt16LE(22) || head.readUInt32LE(36);
  const totalSectors = head.readUInt16LE(19) || head.readUInt32LE(32);
  const rootSectors = Math.ceil((head.readUInt16LE(17) * 32) / bytesPerSector);
  const dataSectors = totalSectors - reserved - fatCount * fatSectors - rootSectors;
  if (reserved === 0 || fatSectors === 0 || dataSectors <= 0) return undefined;
  const clusters = Math.floor(dataSectors / sectorsPerCluster);
  const is32 = head.readUInt16LE(22) === 0;
  const label = textAt(head, is32 ? 71 : 43, 11);
  const type = is32 ? 'fat32' : clusters < 4085 ? 'fat12' : 'fat16';
  return { type, label: label === 'NO NAME' ? '' : label };
}

function btrfs(head: Buffer): FileSystemSignature | undefined {
  if (!isAt(head, 65_536 + 0x40, '_BHRfS_M')) return undefined;
  return { type: 'btrfs', label: textAt(head, 65_536 + 0x12b, 256) };
}

function iso(head: Buffer): FileSystemSignature | undefined {
  return isAt(head, 0x8001, 'CD001') ? { type: 'iso9660', label: textAt(head, 0x8028, 32) } : undefined;
}

function swap(head: Buffer): FileSystemSignature | undefined {
  return isAt(head, 4086, 'SWAPSPACE2') ? { type: 'swap', label: textAt(head, 1052, 16) } : undefined;
}

function luksOrLvm(head: Buffer): FileSystemSignature | undefined {
  if (isAt(head, 0, 'LUKS\xba\xbe')) return { type: 'luks', label: '' };
  const isVolume = [0, 512, 1024, 1536].some((at) => isAt(head, at, 'LABELONE'));
  return isVolume ? { type: 'lvm', label: '' } : undefined;
}
