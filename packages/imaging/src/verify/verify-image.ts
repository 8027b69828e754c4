import { randomInt } from 'node:crypto';
import type { LongOperationOptions } from '@carrel/kit';
import { damaged, missing } from '../format/damaged.ts';
import type { ImageLocation } from '../image/image-options.ts';
import { type ImageIndex, loadImageIndex } from '../index/image-index.ts';
import { loadBlockTable } from '../index/load-block-table.ts';
import { type OpenedVersion, openVersion } from '../index/open-version.ts';
import type { FrameRange } from '../index/read-frames.ts';
import type { ReadOptions } from '../repository/repository.ts';
import { TransferMeter } from '../repository/transfer-meter.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { checkBlob, checkPack, checkRange, type FrameCheck, rangeOf } from './check-frames.ts';
import { chooseFrames, type VerifySample } from './choose-frames.ts';
import { ProblemList, type VerifyProblem } from './problems.ts';

export interface VerifyOptions extends ImageLocation, LongOperationOptions {
  /** Look at some of the frames only, chosen at random; the index is checked whole. Default: every byte. */
  readonly sample?: VerifySample | undefined;
  /** Chooses the sample: the same number chooses the same frames. Default: a random one. A 32-bit integer. */
  readonly seedNumber?: number | undefined;
  readonly threads?: number;
}

export interface VerifyReceipt {
  readonly digest: string;
  readonly blobs: number;
  /** Frames and blocks of the version. */
  readonly frames: number;
  readonly blocks: number;
  /** What was looked at of the packs, of how much. */
  readonly framesChecked: number;
  readonly bytesChecked: number;
  readonly bytesTotal: number;
  /** The number a sample was chosen by; `null` when all was read. */
  readonly seedNumber: number | null;
  /** Bytes taken from the repository, index included. */
  readonly bytesRead: number;
  readonly problemCount: number;
  /** The first 1,000. */
  readonly problems: readonly VerifyProblem[];
  readonly seconds: number;
}

/**
 * Checks a version where it lies and lists everything that is not what was packed: digests of blobs, every index
 * section, every frame and block id, or a sample of them.
 *
 * @throws what `openImage` throws when manifest, config or root index cannot be read; later damage is in the receipt
 */
export async function checkImage(options: VerifyOptions): Promise<VerifyReceipt> {
  const startedMs = performance.now();
  const meter = new TransferMeter();
  const read: ReadOptions = { signal: options.signal, meter };
  const problems = new ProblemList();
  options.onProgress?.({ phase: 'checking the index' });
  const version = await openVersion(options, read);
  const seedNumber = options.sample === undefined ? null : (options.seedNumber ?? randomInt(2 ** 31));
  const found = await checkIndex(version, problems, read);
  const checked = found && (await checkPacks(found, options, seedNumber, problems, read));
  const { root } = version;
  return {
    digest: version.manifest.digest,
    // Manifest, config and root index were checked when they were opened.
    blobs: 3 + root.indexBlobs.length + root.packs.length,
    frames: root.packs.reduce((sum, pack) => sum + pack.frames, 0),
    blocks: root.packs.reduce((sum, pack) => sum + pack.blocks, 0),
    framesChecked: checked?.frames ?? 0,
    bytesChecked: checked?.bytes ?? 0,
    bytesTotal: root.packs.reduce((sum, pack) => sum + pack.sizeBytes, 0),
    seedNumber,
    bytesRead: meter.bytesDownloaded,
    problemCount: problems.count,
    problems: problems.listed,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

/**
 * {@link checkImage} for callers that take a version whole or not at all.
 *
 * @throws {IMAGE_DATA_DAMAGED} {IMAGE_DATA_MISSING} the first problem, and what `openImage` throws
 */
export async function verifyImage(options: VerifyOptions): Promise<VerifyReceipt> {
  const receipt = await checkImage(options);
  const [first] = receipt.problems;
  if (first !== undefined) throw first.error;
  return receipt;
}

interface CheckedIndex {
  readonly index: ImageIndex;
  /** Packs that were told of already, by position. */
  readonly absent: ReadonlySet<number>;
}

/** Checks all blobs of the index and that the packs are there in their size; gives the index unless it is damaged, and what packs not to read. */
async function checkIndex(
  version: OpenedVersion,
  problems: ProblemList,
  read: ReadOptions,
): Promise<CheckedIndex | undefined> {
  const { repository, root } = version;
  for (const { digest } of root.indexBlobs) {
    await problems.noting(digest, () => checkBlob(repository, digest, read));
  }
  const absent = new Set<number>();
  for (const [at, { digest, sizeBytes }] of root.packs.entries()) {
    const isThere = await problems.noting(digest, async () => {
      const found = await repository.blobSize(digest, read);
      if (found === undefined) throw missing(`Pack ${digest}`, repository.location);
      if (found === sizeBytes) return;
      const reason = `it has ${found} bytes in place of ${sizeBytes}`;
      throw damaged(`Pack ${digest}`, repository.location, reason);
    });
    if (!isThere) absent.add(at);
  }
  let index: ImageIndex | undefined;
  await problems.noting(version.manifest.root.digest, async () => {
    index = await loadImageIndex(version, read);
  });
  return index && { index, absent };
}

async function checkPacks(
  { index, absent }: CheckedIndex,
  options: VerifyOptions,
  seedNumber: number | null,
  problems: ProblemList,
  read: ReadOptions,
): Promise<{ readonly frames: number; readonly bytes: number } | undefined> {
  const chosen =
    options.sample === undefined ? undefined : chooseFrames(index.frames, options.sample, seedNumber ?? 0);
  const totalBytes = chosen
    ? chosen.reduce((sum, frame) => sum + index.frames.storedBytesOf(frame), 0)
    : index.packs.reduce((sum, pack) => sum + pack.sizeBytes, 0);
  let ids: FrameCheck['ids'] | undefined;
  await problems.noting(index.version.manifest.root.digest, async () => {
    ids = await loadBlockTable(index, read);
  });
  if (ids === undefined) return undefined;
  await using pool = new WorkerPool(index.version.key, options.threads);
  let doneBytes = 0;
  const onChecked = (storedBytes: number): void => {
    doneBytes += storedBytes;
    options.onProgress?.({ phase: 'verifying', doneBytes, totalBytes });
  };
  const check: FrameCheck = { index, ids, pool, read, problems, onChecked };
  if (chosen === undefined) {
    for (const at of index.packs.keys()) if (!absent.has(at)) await checkPack(check, at);
  } else await checkChosen(check, chosen, absent);
  return { frames: chosen?.length ?? index.frames.count, bytes: totalBytes };
}

// Between two chosen frames so much is read along rather than asking again.
const gapBytes = 64 * 1024;

async function checkChosen(
  check: FrameCheck,
  chosen: Uint32Array,
  absent: ReadonlySet<number>,
): Promise<void> {
  const wanted = new Set(chosen);
  for (const range of mergeFrames(check.index, chosen)) {
    if (absent.has(range.pack)) continue;
    const blob = check.index.packs[range.pack]?.digest ?? '';
    await check.problems.noting(blob, () =>
      checkRange(check, range, undefined, (frame) => wanted.has(frame)),
    );
  }
}

function mergeFrames(index: ImageIndex, chosen: Uint32Array): FrameRange[] {
  const ranges: FrameRange[] = [];
  for (const frame of chosen) {
    const last = ranges.at(-1);
    const { pack, offsetBytes } = index.frames.place(frame);
    const isNear = last?.pack === pack && offsetBytes - last.offsetBytes - last.lengthBytes <= gapBytes;
    if (last !== undefined && isNear) ranges[ranges.length - 1] = rangeOf(index, last.firstFrame, frame + 1);
    else ranges.push(rangeOf(index, frame, frame + 1));
  }
  return ranges;
}
