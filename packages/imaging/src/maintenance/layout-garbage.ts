import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '@carrel/kit';
import { type LayoutEntry, refNameOf } from '../repository/layout/layout-entries.ts';
import { readLayoutIndex, withLayoutIndex } from '../repository/layout/layout-index.ts';
import { removeAbandonedFiles, syncFolder, writeFileDurably } from '../storage/durable-file.ts';
import { isErrno } from '../storage/errno.ts';
import { neededBlobs } from './layout-references.ts';

export interface LayoutGarbageOptions {
  /** Folder of the layout. */
  readonly folder: string;
  /** Versions kept of each image name, those stored last; at least 1. Default: all. */
  readonly keep?: number | undefined;
  /** What was stored less long ago stays: the version it is for may not be complete. Default a day. */
  readonly graceMs?: number | undefined;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** What collecting the garbage of a layout removes. */
export interface LayoutGarbagePlan {
  /** Versions beyond those to be kept. */
  readonly versions: readonly { readonly name: string; readonly digest: string }[];
  /** Blobs that no other version needs. */
  readonly blobs: readonly { readonly digest: string; readonly sizeBytes: number }[];
  readonly sizeBytes: number;
  /** Bytes no version needs either, which are too new to be removed. */
  readonly tooNewBytes: number;
}

export interface LayoutGarbageReceipt {
  readonly versions: number;
  readonly blobs: number;
  readonly sizeBytes: number;
}

const defaultGraceMs = 24 * 60 * 60_000;

/**
 * Finds what a local layout need not hold; changes nothing.
 *
 * @throws {REPOSITORY_ANSWER_UNEXPECTED} when it is no layout, or one of its manifests cannot be read
 */
export async function planLayoutGarbage(options: LayoutGarbageOptions): Promise<LayoutGarbagePlan> {
  const { folder } = options;
  const { manifests } = await readLayoutIndex(folder);
  const dropped = beyondKept(manifests, options.keep);
  const needed = await neededBlobs(
    folder,
    manifests.filter((entry) => !dropped.has(entry)),
  );
  const blobs: { digest: string; sizeBytes: number }[] = [];
  let tooNewBytes = 0;
  for (const digest of await listBlobs(folder)) {
    options.signal?.throwIfAborted();
    if (needed.has(digest)) continue;
    const found = await lookAt(options, digest);
    if (found === undefined) continue;
    if (found.isOld) blobs.push({ digest, sizeBytes: found.sizeBytes });
    else tooNewBytes += found.sizeBytes;
  }
  const sizeBytes = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  const versions = [...dropped].map((entry) => ({ name: refNameOf(entry) ?? '', digest: entry.digest }));
  return { versions, blobs, sizeBytes, tooNewBytes };
}

/**
 * Carries a plan out. The index of the layout stays locked, and what has come into use since the plan was made stays.
 * A version that is being packed meanwhile is either stored before and keeps its blobs, or is told that some are gone
 * and stores them when it is packed again. Interrupted, it leaves nothing but garbage, for the next time.
 *
 * @throws {REPOSITORY_ANSWER_UNEXPECTED}
 */
export async function collectLayoutGarbage(
  plan: LayoutGarbagePlan,
  options: LayoutGarbageOptions,
): Promise<LayoutGarbageReceipt> {
  const { folder } = options;
  return await withLayoutIndex(folder, async (index) => {
    const isDropped = (entry: LayoutEntry): boolean =>
      plan.versions.some(({ name, digest }) => refNameOf(entry) === name && entry.digest === digest);
    const manifests = index.manifests.filter((entry) => !isDropped(entry));
    const needed = await neededBlobs(folder, manifests);
    // The versions go first: without their blobs they could not be read.
    const versions = index.manifests.length - manifests.length;
    if (versions > 0) {
      const text = `${JSON.stringify({ ...index, manifests })}\n`;
      await writeFileDurably(join(folder, 'index.json'), (file) => file.writeFile(text));
    }
    let [blobs, sizeBytes] = [0, 0];
    for (const { digest } of plan.blobs) {
      options.signal?.throwIfAborted();
      const found = needed.has(digest) ? undefined : await lookAt(options, digest);
      if (!found?.isOld) continue;
      await rm(blobPath(folder, digest), { force: true });
      blobs += 1;
      sizeBytes += found.sizeBytes;
    }
    for (const place of [blobFolder(folder), folder]) await removeAbandonedFiles(place);
    if (blobs > 0) await syncFolder(blobFolder(folder));
    return { versions, blobs, sizeBytes };
  });
}

/** Versions of each name but the last ones; entries without a tag are nobody's to remove. */
function beyondKept(entries: readonly LayoutEntry[], keep: number | undefined): ReadonlySet<LayoutEntry> {
  const dropped = new Set<LayoutEntry>();
  if (keep === undefined) return dropped;
  if (!Number.isInteger(keep) || keep < 1) throw new RangeError('At least one version must be kept.');
  const byName = Map.groupBy(entries, (entry) => /^(.+):[^:]*$/.exec(refNameOf(entry) ?? '')?.[1]);
  for (const [name, versions] of byName) {
    if (name === undefined) continue;
    for (const entry of versions.slice(0, Math.max(0, versions.length - keep))) dropped.add(entry);
  }
  return dropped;
}

async function lookAt(
  { folder, graceMs = defaultGraceMs, clock = systemClock }: LayoutGarbageOptions,
  digest: string,
): Promise<{ readonly sizeBytes: number; readonly isOld: boolean } | undefined> {
  try {
    const { size, mtimeMs } = await stat(blobPath(folder, digest));
    return { sizeBytes: size, isOld: clock.nowMs() - mtimeMs >= graceMs };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function listBlobs(folder: string): Promise<string[]> {
  const names = await readdir(blobFolder(folder)).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((name) => `sha256:${name}`);
}

function blobFolder(folder: string): string {
  return join(folder, 'blobs', 'sha256');
}

function blobPath(folder: string, digest: string): string {
  return join(blobFolder(folder), digest.slice('sha256:'.length));
}
