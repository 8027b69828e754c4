import { type BigIntStats, type Dirent, lstatSync, opendirSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { BlockIdentifier } from '../../format/block-id.ts';
import { joinPath } from '../byte-path.ts';
import { isSystemError } from '../file-blocks.ts';
import { FileHasher, isSameStamp, stampOf } from './file-ids.ts';
import type { FolderRules, RootFolder } from './folder-rules.ts';
import { IndexBudget } from './index-budget.ts';
import type { IndexLimits, SkippedFiles } from './index-options.ts';
import { IndexRows, type KnownFile } from './index-rows.ts';
import type { Pace } from './pace.ts';

export interface IndexRefreshOptions {
  readonly database: DatabaseSync;
  readonly identify: BlockIdentifier;
  readonly rules: FolderRules;
  readonly limits: IndexLimits;
  readonly crossesMounts: boolean;
  readonly pace: Pace;
  /** Told of bytes hashed so far, and of the folder that is looked at. */
  readonly onProgress: (doneBytes: number, folder: Buffer) => void;
}

/** What a refresh counted. */
export type RefreshCounts = Record<
  'filesHashed' | 'bytesHashed' | 'filesUnchanged' | 'filesRemoved',
  number
> & {
  readonly skipped: { -readonly [Reason in keyof SkippedFiles]: number };
};

// What a kill loses at most.
const maxUncommitted = 500;
const maxUncommittedMs = 1000;

/**
 * Brings an index up to date: new and changed files are hashed, files that are gone are removed. Works in the calling
 * thread until done or stopped; what was committed by then is kept.
 */
export class IndexRefresh {
  readonly counts: RefreshCounts = {
    filesHashed: 0,
    bytesHashed: 0,
    filesUnchanged: 0,
    filesRemoved: 0,
    skipped: { tooSmall: 0, tooLarge: 0, unreadable: 0, changing: 0, linked: 0, noRoom: 0 },
  };
  readonly #options: IndexRefreshOptions;
  readonly #rows: IndexRows;
  readonly #budget: IndexBudget;
  readonly #hasher: FileHasher;
  readonly #run: number;
  /** Files of several names that were met. */
  readonly #linked = new Set<string>();
  #committedAtMs = performance.now();

  constructor(options: IndexRefreshOptions) {
    const { database, identify, pace, limits, rules } = options;
    this.#options = options;
    this.#rows = new IndexRows(database);
    this.#budget = new IndexBudget(database, this.#rows, {
      maxBytes: limits.maxIndexBytes,
      settings: JSON.stringify([limits, rules.roots.map(({ path }) => path.toString('latin1'))]),
      lastRank: rules.roots.length - 1,
    });
    this.#hasher = new FileHasher(identify, pace, (bytes) => {
      this.counts.bytesHashed += bytes;
    });
    this.#run = Number(this.#rows.fact('run') ?? 0) + 1;
  }

  /** @returns whether it came to the end */
  run(): boolean {
    const { rules, pace } = this.#options;
    this.#rows.putFact('run', String(this.#run));
    this.counts.skipped.noRoom += this.#budget.settle();
    for (const root of rules.roots) {
      const info = infoOf(root.path);
      if (info?.isDirectory() === true) this.#walk(root, info.dev);
    }
    while (!pace.isStopped) {
      const { files, isDone } = this.#rows.removeUnseen(this.#run);
      this.counts.filesRemoved += files;
      if (isDone) break;
      this.#commitInTime();
    }
    if (!pace.isStopped) this.#rows.putFact('refreshedAt', new Date().toISOString());
    this.#rows.commit();
    return !pace.isStopped;
  }

  #walk(root: RootFolder, device: bigint): void {
    const waiting = [root.path];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      if (this.#options.pace.isStopped) return;
      this.#options.onProgress(this.counts.bytesHashed, folder);
      const subfolders: Buffer[] = [];
      this.#refreshFolder(folder, root.rank, subfolders);
      for (const subfolder of subfolders.reverse()) {
        if (this.#options.rules.isBoundary(subfolder)) continue;
        const isOnRoot = this.#options.crossesMounts || infoOf(subfolder)?.dev === device;
        if (isOnRoot) waiting.push(subfolder);
      }
    }
  }

  /** Brings the files right in a folder up to date; gives its subfolders. */
  #refreshFolder(folder: Buffer, rank: number, subfolders: Buffer[]): void {
    let id = this.#rows.findFolder(folder);
    if (id !== undefined) this.#rows.putFolder(folder, rank, this.#run);
    const known = id === undefined ? new Map<string, KnownFile>() : this.#rows.filesOf(id);
    for (const entry of this.#entriesOf(folder)) {
      if (this.#options.pace.isStopped) return;
      if (entry.isDirectory()) subfolders.push(joinPath(folder, entry.name));
      if (!entry.isFile()) continue;
      const name = entry.name.toString('latin1');
      const before = known.get(name);
      known.delete(name);
      id = this.#refreshFile({ folder, rank, name: entry.name }, id, before);
      this.#commitInTime();
    }
    for (const { id: gone } of known.values()) {
      this.#rows.removeFile(gone);
      this.counts.filesRemoved += 1;
    }
  }

  /** @returns the number of the folder, which is taken in with its first file */
  #refreshFile(
    file: { readonly folder: Buffer; readonly rank: number; readonly name: Buffer },
    folderId: bigint | undefined,
    before: KnownFile | undefined,
  ): bigint | undefined {
    const path = joinPath(file.folder, file.name);
    const info = infoOf(path);
    const refusal = this.#refusalOf(info);
    if (info !== undefined && refusal === undefined && before !== undefined) {
      if (isSameStamp(before.stamp, stampOf(info))) {
        this.counts.filesUnchanged += 1;
        return folderId;
      }
    }
    if (before !== undefined) this.#rows.removeFile(before.id);
    const hasRoom = info !== undefined && this.#budget.hasRoom(file.rank, Number(info.size));
    const outcome = refusal ?? (hasRoom ? this.#hasher.hash(path) : 'noRoom');
    if (outcome === 'stopped') return folderId;
    if (typeof outcome === 'string') {
      this.counts.skipped[outcome] += 1;
      if (before !== undefined) this.counts.filesRemoved += 1;
      return folderId;
    }
    const id = folderId ?? this.#addFolder(file.folder, file.rank);
    this.#rows.addFile(id, file.name, outcome);
    this.counts.filesHashed += 1;
    this.#budget.addedFile(file.name.length, outcome.ids.length);
    this.counts.skipped.noRoom += this.#budget.settle();
    return id;
  }

  #addFolder(path: Buffer, rank: number): bigint {
    this.#budget.addedFolder(path.length);
    return this.#rows.putFolder(path, rank, this.#run);
  }

  /** Why a file does not belong into the index, as far as is known before it is read. */
  #refusalOf(info: BigIntStats | undefined): keyof SkippedFiles | undefined {
    const { leastFileBytes, largestFileBytes } = this.#options.limits;
    if (info?.isFile() !== true) return 'unreadable';
    if (info.size < leastFileBytes) return 'tooSmall';
    if (info.size > largestFileBytes) return 'tooLarge';
    if (info.nlink === 1n) return undefined;
    const identity = `${info.dev}:${info.ino}`;
    if (this.#linked.has(identity)) return 'linked';
    this.#linked.add(identity);
    return undefined;
  }

  *#entriesOf(path: Buffer): Generator<Dirent<Buffer>, void, undefined> {
    try {
      // The types know only names that are text.
      using folder = opendirSync(path, { encoding: 'buffer' as BufferEncoding });
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        yield entry as unknown as Dirent<Buffer>;
      }
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.counts.skipped.unreadable += 1;
    }
  }

  #commitInTime(): void {
    const now = performance.now();
    if (this.#rows.uncommitted < maxUncommitted && now - this.#committedAtMs < maxUncommittedMs) return;
    this.#rows.commit();
    this.#committedAtMs = now;
  }
}

function infoOf(path: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}
