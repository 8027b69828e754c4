import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LongOperationOptions } from '@carrel/kit';
import { blockBytes } from '../../format/constants.ts';
import type { BlockSeed, SeedPlace, WantedBlocks } from '../block-seed.ts';
import { joinPath } from '../byte-path.ts';
import { readFileBlocks } from '../file-blocks.ts';
import { indexPath } from './host-index.ts';
import { IdBlobReader } from './id-blob.ts';
import { isDamage, openIndexForReading } from './index-database.ts';

/**
 * The files of this computer as a seed, as its index knows them: nothing is read through. Without an index for the key
 * of the image it holds nothing.
 *
 * @param folder where the indexes are kept, as given to `HostIndex`
 */
export function openHostSeed(folder: string): BlockSeed {
  return new HostSeed(folder);
}

/** How long a lookup keeps others waiting at a time. */
const turnMs = 10;

/** A file that holds something wanted. Bytes as Latin-1, which takes the least memory. */
interface MatchedFile {
  readonly folder: string;
  readonly name: string;
}

class HostSeed implements BlockSeed {
  readonly name = 'files of this computer';
  readonly #indexFolder: string;
  readonly #files: MatchedFile[] = [];

  constructor(indexFolder: string) {
    this.#indexFolder = indexFolder;
  }

  async locate(wanted: WantedBlocks, options: LongOperationOptions): Promise<void> {
    const database = openIndexForReading(indexPath(this.#indexFolder, wanted.keyId));
    if (database === undefined) return;
    options.onProgress?.({ phase: 'looking for blocks on this computer' });
    try {
      await this.#lookUp(database, wanted, options.signal);
    } catch (error) {
      // What was found before the damage is of use all the same.
      if (!isDamage(error)) throw error;
    } finally {
      database.close();
    }
  }

  async read(place: SeedPlace): Promise<Uint8Array<ArrayBuffer>> {
    const file = this.#files[place.unit];
    if (file === undefined) return new Uint8Array(place.blocks * blockBytes);
    const path = joinPath(Buffer.from(file.folder, 'latin1'), Buffer.from(file.name, 'latin1'));
    return await readFileBlocks({ ...place, path, isRegularOnly: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #lookUp(
    database: DatabaseSync,
    wanted: WantedBlocks,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const folders = new Map<number, string>();
    for (const { id, path } of database.prepare('SELECT id, path FROM folders').iterate()) {
      if (typeof id === 'number' && path instanceof Uint8Array) folders.set(id, latin1(path));
    }
    let turnStartedMs = performance.now();
    for (const row of database.prepare('SELECT folder, name, ids FROM files').iterate()) {
      const { folder, name, ids } = row;
      if (typeof folder !== 'number' || !(name instanceof Uint8Array) || !(ids instanceof Uint8Array))
        continue;
      const path = folders.get(folder);
      if (path !== undefined) this.#noteFile(path, name, ids, wanted);
      if (wanted.remaining === 0) return;
      if (performance.now() - turnStartedMs < turnMs) continue;
      await nextTurn();
      signal?.throwIfAborted();
      turnStartedMs = performance.now();
    }
  }

  #noteFile(folder: string, name: Uint8Array, ids: Uint8Array, wanted: WantedBlocks): void {
    const blob = new IdBlobReader(ids);
    let unit: number | undefined;
    for (let block = 0; block < blob.count; block += 1) {
      if (blob.isZero(block)) continue;
      const stored = wanted.findByPrefix(blob.words, blob.at(block));
      if (stored === -1) continue;
      unit ??= this.#files.push({ folder, name: latin1(name) }) - 1;
      wanted.note(stored, unit, block);
    }
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
