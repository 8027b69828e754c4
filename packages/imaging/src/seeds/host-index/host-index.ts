import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { abortReason } from '@carrel/kit';
import { isErrno } from '../../storage/errno.ts';
import { isDamage, openIndexForReading, removeIndexDatabase } from './index-database.ts';
import { lockIndexes } from './index-lock.ts';
import type { RefreshOptions, RefreshReceipt } from './index-options.ts';
import { refreshFailure } from './refresh-failure.ts';
import { runRefresh } from './run-refresh.ts';

/** What the index of a key holds. */
export interface HostIndexStatus {
  readonly keyId: string;
  readonly files: number;
  readonly fileBytes: number;
  readonly indexBytes: number;
  /** When a refresh last came to its end, ISO 8601; `null` when none has. */
  readonly refreshedAt: string | null;
}

const namePattern = /^([0-9a-f]{16})\.sqlite$/;

/**
 * The index of the files of this computer: which blocks of images they hold, one SQLite file for each repository key,
 * since ids of blocks are made with the key. Nothing of the files is kept but names, sizes, times and eight bytes of
 * each keyed id.
 */
export class HostIndex {
  readonly #folder: string;

  /** @param folder where the indexes are kept; made when it is not there, for its owner only */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Brings the index of a key up to date, in a thread of low priority. A damaged one is made anew. After an abort or
   * a crash it holds what was done until then.
   *
   * @throws {SEED_INDEX_BUSY} another refresh is under way
   * @throws {DISK_FULL} {SEED_INDEX_UNWRITABLE}
   */
  async refresh(options: RefreshOptions): Promise<RefreshReceipt> {
    const { key, signal } = options;
    signal?.throwIfAborted();
    const startedMs = performance.now();
    const path = this.#pathOf(key.keyId);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw refreshFailure(error, path);
    });
    const answer = await runRefresh(this.#folder, path, options);
    if (answer.kind === 'busy') throw fail('SEED_INDEX_BUSY', { path: this.#folder });
    if (!answer.isComplete && signal) throw abortReason(signal);
    return {
      keyId: key.keyId,
      files: answer.files,
      fileBytes: answer.fileBytes,
      ...answer.counts,
      indexBytes: await sizeOf(path),
      seconds: (performance.now() - startedMs) / 1000,
      cpuSeconds: answer.cpuSeconds,
    };
  }

  /** The indexes there are. One that is damaged counts as empty. */
  async status(): Promise<readonly HostIndexStatus[]> {
    const found: HostIndexStatus[] = [];
    for (const keyId of await this.#keyIds()) {
      const path = this.#pathOf(keyId);
      const indexBytes = await sizeOf(path);
      found.push({ keyId, indexBytes, ...readStatus(path) });
    }
    return found;
  }

  /**
   * Removes all indexes.
   *
   * @returns how many there were
   * @throws {SEED_INDEX_BUSY} a refresh is under way
   */
  async clear(): Promise<number> {
    const keyIds = await this.#keyIds();
    if (keyIds.length === 0) return 0;
    {
      using lock = lockIndexes(this.#folder);
      if (lock === undefined) throw fail('SEED_INDEX_BUSY', { path: this.#folder });
      for (const keyId of keyIds) removeIndexDatabase(this.#pathOf(keyId));
    }
    return keyIds.length;
  }

  async #keyIds(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    });
    return names.flatMap((name) => namePattern.exec(name)?.[1] ?? []).toSorted();
  }

  #pathOf(keyId: string): string {
    return indexPath(this.#folder, keyId);
  }
}

/** The file of the index of a key. */
export function indexPath(folder: string, keyId: string): string {
  return join(folder, `${keyId}.sqlite`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}

function readStatus(path: string): Pick<HostIndexStatus, 'files' | 'fileBytes' | 'refreshedAt'> {
  const nothing = { files: 0, fileBytes: 0, refreshedAt: null };
  const database = openIndexForReading(path);
  if (database === undefined) return nothing;
  try {
    const totals = database
      .prepare('SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM files')
      .get();
    const at = database.prepare("SELECT value FROM facts WHERE name = 'refreshedAt'").get()?.['value'];
    return {
      files: Number(totals?.['files']),
      fileBytes: Number(totals?.['bytes']),
      refreshedAt: typeof at === 'string' ? at : null,
    };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return nothing;
  } finally {
    database.close();
  }
}
