import { basename, dirname, resolve, sep } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { type DetectedFormat, detectFormat } from './detect-format.ts';
import { type LocalFile, openLocalFile } from './local-file.ts';
import { formatFromName, parseQcow2Header } from './qcow2-header.ts';
import type { SourceFormat } from './source-format.ts';
import { embeddedDescriptorRange, parseVmdkDescriptor } from './vmdk-descriptor.ts';

/**
 * Which files a disk may name as parts of itself (backing files, extents).
 *
 * `same-folder`: plain local files in the folder of the disk or below it. An image from elsewhere may name any file of
 * this computer, and packing it would publish that file; what lies in its own folder came with it. `anywhere`: any
 * local file, for disks whose maker is trusted. `none`: no other file. Network addresses are refused always.
 */
export type BackingRule = 'same-folder' | 'anywhere' | 'none';

/** One disk of a chain, the topmost first; `backing` is what shows through where it holds nothing. */
export interface ChainLink {
  readonly path: string;
  readonly format: SourceFormat;
  readonly foundBy: DetectedFormat['foundBy'];
  readonly isBlockDevice: boolean;
  readonly sizeBytes: number;
  /** Disk space taken by this file and the data files beside it. */
  readonly allocatedBytes: number;
  /** Data files a VMDK descriptor names. */
  readonly extentFiles: readonly string[];
  /** Reference counts of a qcow2 that was not closed properly may be stale. */
  readonly isDirty: boolean;
  readonly backing: ChainLink | undefined;
}

interface ChainRequest {
  /** As the person named it: what messages show. */
  readonly shownPath: string;
  readonly rule: BackingRule;
  /** Files may lie in here or below. */
  readonly rootFolder: string;
  readonly depth: number;
}

const maxDepth = 32;

/**
 * Follows a disk to everything it is made of, reading the headers itself and checking each name against the rule.
 *
 * @throws {SOURCE_BACKING_REFUSED} @throws {SOURCE_DAMAGED} @throws {SOURCE_NOT_SUPPORTED} and what opening throws
 */
export async function resolveChain(
  file: LocalFile,
  shownPath: string,
  rule: BackingRule,
  format?: SourceFormat,
): Promise<ChainLink> {
  return await resolveLink(file, { shownPath, rule, rootFolder: dirname(file.path), depth: 0 }, format);
}

async function resolveLink(
  file: LocalFile,
  request: ChainRequest,
  format: SourceFormat | undefined,
): Promise<ChainLink> {
  const detected: DetectedFormat =
    format === undefined ? await detectFormat(file, request.shownPath) : { format, foundBy: 'option' };
  const link: ChainLink = {
    path: file.path,
    ...detected,
    isBlockDevice: file.isBlockDevice,
    sizeBytes: file.sizeBytes,
    allocatedBytes: file.allocatedBytes,
    extentFiles: [],
    isDirty: false,
    backing: undefined,
  };
  switch (detected.format) {
    case 'qcow2':
      return await resolveQcow2(link, file, request);
    case 'vmdk':
      return await resolveVmdk(link, file, request);
    case 'vhd':
      return await resolveVhd(link, file, request);
    default:
      return link;
  }
}

async function resolveQcow2(link: ChainLink, file: LocalFile, request: ChainRequest): Promise<ChainLink> {
  const header = parseQcow2Header(await file.readSome(0, 65_536));
  if ('reason' in header) throw damaged(request, 'qcow2', header.reason);
  if (header.isMarkedCorrupt) throw damaged(request, 'qcow2', 'it is marked as corrupt');
  if (header.isEncrypted) throw notSupported(request, 'qcow2', 'it is encrypted');
  if (header.hasExternalData) throw notSupported(request, 'qcow2', 'its data lies in another file');
  const { backingFile, backingFormat, isDirty } = header;
  if (backingFile === undefined) return { ...link, isDirty };
  const backing = await followBacking(link, backingFile, formatFromName(backingFormat), request);
  return { ...link, isDirty, backing };
}

async function resolveVmdk(link: ChainLink, file: LocalFile, request: ChainRequest): Promise<ChainLink> {
  const head = await file.readSome(0, 65_536);
  const range = embeddedDescriptorRange(head);
  const text = range ? await file.readSome(range.offsetBytes, range.lengthBytes) : head;
  const descriptor = parseVmdkDescriptor(text.toString('utf8'));
  const extentFiles: string[] = [];
  let { allocatedBytes } = link;
  for (const { fileName, minSizeBytes } of range ? [] : descriptor.extents) {
    await using extent = await openNamed(link, fileName, request);
    if (extent.path === link.path) throw refused(request, fileName, 'it names itself');
    if (extent.sizeBytes < minSizeBytes && !extent.isBlockDevice) {
      throw damaged(request, 'vmdk', `its data file ${fileName} is cut short`);
    }
    extentFiles.push(extent.path);
    allocatedBytes += extent.allocatedBytes;
  }
  const { parentFile } = descriptor;
  const backing =
    parentFile === undefined ? undefined : await followBacking(link, parentFile, 'vmdk', request);
  return { ...link, extentFiles, allocatedBytes, backing };
}

async function resolveVhd(link: ChainLink, file: LocalFile, request: ChainRequest): Promise<ChainLink> {
  const footer = await file.readSome(Math.max(0, file.sizeBytes - 512), 512);
  const isFooter = footer.length === 512 && footer.toString('latin1', 0, 8) === 'conectix';
  if (!isFooter) throw damaged(request, 'vhd', 'its end is missing');
  if (footer.readUInt32BE(60) === 4)
    throw notSupported(request, 'vhd', 'it is the difference to another disk');
  return link;
}

async function followBacking(
  link: ChainLink,
  name: string,
  format: SourceFormat | undefined,
  request: ChainRequest,
): Promise<ChainLink> {
  if (request.depth + 1 >= maxDepth)
    throw refused(request, name, `more than ${maxDepth} disks build on each other`);
  await using file = await openNamed(link, name, request);
  return await resolveLink(file, { ...request, depth: request.depth + 1 }, format);
}

/** Opens a file that a disk names, if the rule allows it. Relative names start from the disk's own folder. */
async function openNamed(link: ChainLink, name: string, request: ChainRequest): Promise<LocalFile> {
  if (name === '' || name.includes('\0')) throw refused(request, name, 'it is not the name of a file');
  if (/^[a-z][a-z0-9+.-]*:/i.test(name)) throw refused(request, name, 'it is an address, not a local file');
  if (request.rule === 'none') throw refused(request, name, 'the disk may not build on other files');
  const file = await openPart(resolve(dirname(link.path), name), name, request);
  const root = request.rootFolder.endsWith(sep) ? request.rootFolder : `${request.rootFolder}${sep}`;
  if (request.rule === 'same-folder' && !file.path.startsWith(root)) {
    await file[Symbol.asyncDispose]();
    throw refused(request, name, `it does not lie in the folder of ${basename(link.path)}`);
  }
  return file;
}

async function openPart(path: string, name: string, request: ChainRequest): Promise<LocalFile> {
  try {
    return await openLocalFile(path);
  } catch (error) {
    if (!isAppError(error)) throw error;
    const reason = isAppError(error, 'SOURCE_NOT_FOUND')
      ? 'it does not exist'
      : 'it cannot be read as a file';
    throw fail('SOURCE_BACKING_REFUSED', { path: request.shownPath, backing: name, reason }, error);
  }
}

function refused({ shownPath }: ChainRequest, backing: string, reason: string): Error {
  return fail('SOURCE_BACKING_REFUSED', { path: shownPath, backing, reason });
}

function damaged({ shownPath }: ChainRequest, format: SourceFormat, reason: string): Error {
  return fail('SOURCE_DAMAGED', { path: shownPath, format, reason });
}

function notSupported({ shownPath }: ChainRequest, format: SourceFormat, reason: string): Error {
  return fail('SOURCE_NOT_SUPPORTED', { path: shownPath, format, reason });
}
