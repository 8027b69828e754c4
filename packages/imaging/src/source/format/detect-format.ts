import { extname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import type { LocalFile } from './local-file.ts';
import type { SourceFormat } from './source-format.ts';

/** What a file is, and how that is known. */
export interface DetectedFormat {
  readonly format: SourceFormat;
  /** `default`: no known header, so its bytes are taken as the disk itself. */
  readonly foundBy: 'option' | 'signature' | 'default';
}

interface Signature {
  readonly offsetBytes: number;
  readonly bytes: Buffer;
}

const signatureOf = (text: string, offsetBytes = 0): Signature => ({
  offsetBytes,
  bytes: Buffer.from(text, 'latin1'),
});

const diskFormats: readonly (readonly [Signature, SourceFormat])[] = [
  [signatureOf('QFI\xfb'), 'qcow2'],
  [signatureOf('vhdxfile'), 'vhdx'],
  [signatureOf('KDMV'), 'vmdk'],
  [signatureOf('COWD'), 'vmdk'],
  [signatureOf('# Disk DescriptorFile'), 'vmdk'],
  [signatureOf('conectix'), 'vhd'],
];

/** Disks of kinds that are not taken: packing their container as if it were raw would help nobody. */
const otherDiskFormats: readonly (readonly [Signature, string])[] = [
  [signatureOf('\x7f\x10\xda\xbe', 64), 'VirtualBox VDI'],
  [signatureOf('QED\0'), 'QED'],
  [signatureOf('WithoutFreeSpace'), 'Parallels'],
  [signatureOf('WithouFreSpacExt'), 'Parallels'],
];

const wrappings: readonly (readonly [Signature, string])[] = [
  [signatureOf('\x1f\x8b'), 'a gzip file; unpack it first'],
  [signatureOf('\xfd7zXZ\0'), 'an xz file; unpack it first'],
  [signatureOf('\x28\xb5\x2f\xfd'), 'a zstd file; unpack it first'],
  [signatureOf('BZh'), 'a bzip2 file; unpack it first'],
  [signatureOf('PK\x03\x04'), 'a zip file; unpack it first'],
  [signatureOf('7z\xbc\xaf\x27\x1c'), 'a 7z file; unpack it first'],
  [signatureOf('ustar', 257), 'a tar or OVA file; unpack it first'],
];

const formatByExtension: Readonly<Record<string, SourceFormat>> = {
  '.qcow2': 'qcow2',
  '.vhd': 'vhd',
  '.vhdx': 'vhdx',
  '.vmdk': 'vmdk',
};

/**
 * Tells the format of a disk from its header, itself, so that QEMU is never left to guess: a guest that writes the
 * header of another format into its raw disk must not make QEMU follow the file names in it.
 *
 * @throws {SOURCE_NOT_A_DISK} for archives and compressed files
 * @throws {SOURCE_NOT_SUPPORTED} for disks of other kinds
 * @throws {SOURCE_DAMAGED} when the name promises a format whose header is missing
 */
export async function detectFormat(file: LocalFile, shownPath: string): Promise<DetectedFormat> {
  const head = await file.readSome(0, 512);
  const format = matchIn(head, diskFormats);
  const isFirstVersion = head.length >= 8 && head.readUInt32BE(4) === 1;
  if (format === 'qcow2' && isFirstVersion) throw notSupported(shownPath, 'qcow (version 1)');
  if (format !== undefined) return { format, foundBy: 'signature' };
  if (file.isBlockDevice) return { format: 'raw', foundBy: 'default' };
  if (await hasFixedVhdFooter(file)) return { format: 'vhd', foundBy: 'signature' };

  const other = matchIn(head, otherDiskFormats);
  if (other !== undefined) throw notSupported(shownPath, other);
  const found = matchIn(head, wrappings);
  if (found !== undefined) throw fail('SOURCE_NOT_A_DISK', { path: shownPath, found });
  assertNameKeepsPromise(file, shownPath);
  return { format: 'raw', foundBy: 'default' };
}

function matchIn<T>(head: Buffer, table: readonly (readonly [Signature, T])[]): T | undefined {
  return table.find(([{ offsetBytes, bytes }]) =>
    head.subarray(offsetBytes, offsetBytes + bytes.length).equals(bytes),
  )?.[1];
}

/** A VHD of fixed size is the raw disk with 512 bytes behind it: "conectix", the sizes and a checksum. */
async function hasFixedVhdFooter(file: LocalFile): Promise<boolean> {
  if (file.sizeBytes < 1024) return false;
  const footer = await file.readSome(file.sizeBytes - 512, 512);
  if (footer.length < 512 || footer.toString('latin1', 0, 8) !== 'conectix') return false;
  const sum = footer.reduce((total, byte, at) => (at >= 64 && at < 68 ? total : total + byte), 0);
  const isFixed = footer.readUInt32BE(60) === 2;
  return isFixed && footer.readUInt32BE(64) === ~sum >>> 0;
}

/** A cut-off VHD has lost its footer, and would otherwise pass for a raw disk. */
function assertNameKeepsPromise(file: LocalFile, shownPath: string): void {
  const promised = formatByExtension[extname(file.path).toLowerCase()];
  const isFlatExtent = promised === 'vmdk' && /-(flat|f\d+|rdmp?)\.vmdk$/i.test(file.path);
  if (promised === undefined || isFlatExtent) return;
  const reason = `its name says ${promised} but it has no such header, so it is cut short or misnamed`;
  throw fail('SOURCE_DAMAGED', { path: shownPath, format: promised, reason });
}

function notSupported(path: string, format: string): Error {
  return fail('SOURCE_NOT_SUPPORTED', { path, format, reason: 'this kind is not read' });
}
