import { UndoStack } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import type { ImageLocation } from '../image/image-options.ts';
import { openVersion } from '../index/open-version.ts';
import { BlobWriter } from '../pack/blob-writer.ts';
import { writeDescription } from '../pack/write-description.ts';
import type { Repository } from '../repository/repository.ts';
import { type BootRun, boundRuns } from './boot-run.ts';
import { RunBuilder } from './run-builder.ts';

export interface SetBootOrderOptions extends ImageLocation {
  readonly repository: Repository;
  /** Points at the new version afterwards. */
  readonly tag: string;
  /** In the order a boot reads them; cut to the limits of the format. */
  readonly runs: readonly BootRun[];
  readonly signal?: AbortSignal;
}

export interface BootOrderReceipt {
  /** Digest of the new manifest. */
  readonly digest: string;
  readonly runs: number;
  readonly bytes: number;
  /** The limit at which the rest was left out: 4,096 runs, 1 GiB; `undefined` when all is there. */
  readonly limit: 'runs' | 'bytes' | undefined;
}

/**
 * Stores the order in which a boot reads a version's blocks: a new manifest and root index that refer to the same
 * packs and sections, so that a few kilobytes are written. The same order gives the same digest.
 *
 * @throws what `openImage` throws, and {REPOSITORY_REFUSED} {DISK_FULL}
 */
export async function setBootOrder(options: SetBootOrderOptions): Promise<BootOrderReceipt> {
  const { repository, signal } = options;
  const version = await openVersion(options, { signal });
  const diskBlocks = Math.ceil(version.root.virtualSizeBytes / blockBytes);
  const builder = new RunBuilder(diskBlocks);
  for (const [first, blocks] of options.runs) {
    if (first < 0 || first + blocks > diskBlocks) throw new RangeError('The boot order leaves the disk.');
    builder.add(first, blocks);
  }
  const { runs, limit } = boundRuns(builder.runs());
  const pairs = runs.map(([first, blocks]): [number, number] => [first, blocks]);
  const root = { ...version.root, bootOrder: pairs.length === 0 ? undefined : pairs };
  await using undo = new UndoStack();
  const writer = new BlobWriter(repository, undo, signal);
  const manifest = await writeDescription(version.keys, version.config, root, writer);
  const { digest } = await repository.putManifest(options.tag, manifest, { signal });
  undo.keep();
  const blocks = runs.reduce((sum, [, count]) => sum + count, 0);
  return { digest, runs: runs.length, bytes: blocks * blockBytes, limit };
}
