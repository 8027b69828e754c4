import { fail } from '@carrel/contract/errors';
import type { ChainLink } from '../format/resolve-chain.ts';
import { qemuFilename } from './block-node.ts';
import {
  imageCheckSchema,
  imageInfoSchema,
  imageMapSchema,
  lastLine,
  parseToolJson,
  runTool,
  type ToolOutcome,
} from './qemu-img.ts';
import type { QemuTools } from './qemu-tools.ts';

const infoTimeoutMs = 60_000;
/** A check reads all tables of the disk, over a slow line perhaps. */
const checkTimeoutMs = 30 * 60_000;

/** `qemu-img check` ends with these: sound, or sound but for space that nothing refers to. */
const soundStatuses: readonly (number | undefined)[] = [0, 3];
const notCheckableStatus = 63;

export interface CheckRequest {
  readonly link: ChainLink;
  /** What messages show. */
  readonly shownPath: string;
  readonly tools: QemuTools;
  readonly signal?: AbortSignal | undefined;
  /** Set when this is a disk that another one builds on: then messages name its file. */
  readonly isBacking?: boolean;
}

/**
 * Finds a damaged or cut-off disk before its data is used, and gives its virtual size.
 *
 * @returns bytes
 * @throws {SOURCE_DAMAGED} @throws {SOURCE_IN_USE}
 */
export async function checkDisk(request: CheckRequest): Promise<number> {
  const { link, signal } = request;
  const alone: ChainLink = { ...link, backing: undefined };
  const info = await runImg(request, ['info', '--output=json', qemuFilename(alone)], infoTimeoutMs);
  const parsed = parseToolJson(imageInfoSchema, info.stdout);
  if (info.status !== 0 || !parsed) throw toolError(request, info);
  for (let next: ChainLink | undefined = link; next; next = next.backing) {
    signal?.throwIfAborted();
    await checkLink({ ...request, link: next, isBacking: next !== link });
  }
  return parsed['virtual-size'];
}

async function checkLink(request: CheckRequest): Promise<void> {
  const { link } = request;
  // A fixed VHD and a raw disk have no tables to check; stale reference counts say nothing about the data.
  if (link.format === 'raw' || link.isDirty) return;
  const check = await runImg(request, ['check', '--output=json', qemuFilename(link)], checkTimeoutMs);
  if (check.status === notCheckableStatus) return;
  const parsed = parseToolJson(imageCheckSchema, check.stdout);
  const problems = (parsed?.corruptions ?? 0) + (parsed?.['check-errors'] ?? 0);
  if (!soundStatuses.includes(check.status) || problems > 0) throw toolError(request, check);
  const isShorterThanTables = (parsed?.['image-end-offset'] ?? 0) > link.sizeBytes;
  const isSparseVmdk = link.format === 'vmdk' && link.extentFiles.length === 0;
  if ((isShorterThanTables || isSparseVmdk) && !link.isBlockDevice) await assertDataInside(request);
}

/**
 * `qemu-img check` forgives a file that ends within its last cluster, because the rest may never have been
 * written, and looks only at where the last grain begins (VMDK).
 * The map tells which bytes have been.
 */
async function assertDataInside(request: CheckRequest): Promise<void> {
  const { link } = request;
  const alone: ChainLink = { ...link, backing: undefined };
  const map = await runImg(request, ['map', '--output=json', qemuFilename(alone)], checkTimeoutMs);
  const extents = parseToolJson(imageMapSchema, map.stdout);
  if (map.status !== 0 || !extents) throw toolError(request, map);
  const endBytes = extents.reduce((end, extent) => Math.max(end, (extent.offset ?? 0) + endOf(extent)), 0);
  if (endBytes > link.sizeBytes)
    throw damaged(request, `${endBytes - link.sizeBytes} bytes at its end are missing`);
}

function endOf(extent: { readonly offset?: number | undefined; readonly length: number }): number {
  return extent.offset === undefined ? 0 : extent.length;
}

async function runImg(
  request: CheckRequest,
  args: readonly string[],
  timeoutMs: number,
): Promise<ToolOutcome> {
  const { tools, signal } = request;
  return await runTool(tools.confine([tools.qemuImg, ...args]), { timeoutMs, signal });
}

function toolError(request: CheckRequest, outcome: ToolOutcome): Error {
  // QEMU tells of a lock held by another process only in words.
  if (/Failed to get .*lock/.test(outcome.stderr)) return fail('SOURCE_IN_USE', { path: request.shownPath });
  if (outcome.status === undefined)
    return damaged(request, 'looking at it takes more time or memory than allowed');
  const lines = outcome.stderr.split('\n');
  const truncation = lines.find((line) => /end of (the )?file|after EOF|truncated/i.test(line));
  return damaged(
    request,
    truncation === undefined ? lastLine(outcome.stderr) : `it is cut short (${lastLine(truncation)})`,
  );
}

function damaged({ shownPath, link, isBacking }: CheckRequest, reason: string): Error {
  const part = isBacking === true ? `in ${link.path}, ` : '';
  return fail('SOURCE_DAMAGED', { path: shownPath, format: link.format, reason: `${part}${reason}` });
}
