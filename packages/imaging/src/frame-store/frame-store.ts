import { constants, mkdir, open, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { BlobRange } from '../repository/repository.ts';
import { isErrno } from '../storage/errno.ts';
import { joinRanges } from './byte-runs.ts';
import { type FrameRecord, FrameRecords } from './frame-records.ts';

/** A sealed frame and where in its pack it lies. */
export interface SealedFrame {
  readonly offsetBytes: number;
  readonly stored: Uint8Array;
}

export interface FrameStoreOptions {
  /** A folder of its own. */
  readonly folder: string;
  /** Packs used longest ago are removed beyond this. */
  readonly limitBytes: number;
  /** So much of the file system is left to others; default 2 GiB. */
  readonly reserveBytes?: number;
  /** Told of frames that could not be written or read; they count as not held. */
  readonly onTrouble?: (error: unknown) => void;
}

const defaultReserveBytes = 2 * 1024 ** 3;
/** Free space is looked at again after so many bytes. */
const spaceCheckBytes = 16 * 1024 ** 2;
// A whole pack is below 4 GiB.
const wholePack: BlobRange = { offsetBytes: 0, lengthBytes: 2 ** 32 };

/**
 * A bounded folder of sealed frames, each where it lies in its pack. A cache: whatever is not sound is not there, and a
 * folder that cannot be made sense of is begun anew. One process uses a folder at a time.
 */
export class FrameStore implements AsyncDisposable {
  readonly #options: FrameStoreOptions;
  readonly #records: FrameRecords;
  #writing: Promise<unknown> = Promise.resolve();
  #uncheckedBytes = spaceCheckBytes;

  private constructor(options: FrameStoreOptions, records: FrameRecords) {
    this.#options = options;
    this.#records = records;
  }

  /** Opens the store of a folder, making it where it is missing. The caller disposes of it. */
  static async open(options: FrameStoreOptions): Promise<FrameStore> {
    const { folder } = options;
    await mkdir(packsIn(folder), { recursive: true, mode: 0o700 });
    const store = await FrameStore.#openRecords(options);
    await store.#removeStrayFiles();
    return store;
  }

  static async #openRecords(options: FrameStoreOptions): Promise<FrameStore> {
    const { folder } = options;
    try {
      return new FrameStore(options, new FrameRecords(recordsIn(folder)));
    } catch {
      // Of no use to anybody, and nothing is lost with it but what can be fetched again.
      await FrameStore.remove(folder);
      await mkdir(packsIn(folder), { recursive: true, mode: 0o700 });
      return new FrameStore(options, new FrameRecords(recordsIn(folder)));
    }
  }

  /** Removes the store of a folder, which is not open, with all it holds. */
  static async remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  /** Bytes of frames held. */
  get heldBytes(): number {
    return this.#look((records) => records.heldBytes, 0);
  }

  /** The key that what is held of a pack is sealed with; `undefined` when nothing is. */
  keyIdOf(packDigest: string): string | undefined {
    return this.#look((records) => records.keyIdOf(packDigest), undefined);
  }

  /** What is held of a pack, ascending; frames that lie side by side are one range. */
  held(packDigest: string): readonly BlobRange[] {
    return joinRanges(this.#look((records) => records.find(packDigest, wholePack), []));
  }

  /** Whether a frame was put here; whether it is sound is found when it is read. */
  has(packDigest: string, { offsetBytes, lengthBytes }: BlobRange): boolean {
    const [record] = this.#look((records) => records.find(packDigest, { offsetBytes, lengthBytes: 1 }), []);
    return record?.lengthBytes === lengthBytes;
  }

  /**
   * Keeps frames of a pack that were verified. Those that are there already are left as they are; those that cannot be
   * written are not kept.
   */
  async put(packDigest: string, keyId: string, frames: readonly SealedFrame[]): Promise<void> {
    const path = this.#pathOf(packDigest);
    await this.#exclusive(async () => {
      const news = frames.filter(
        ({ offsetBytes, stored }) => !this.has(packDigest, { offsetBytes, lengthBytes: stored.length }),
      );
      if (news.length === 0) return;
      try {
        if (await this.#hasRoom()) await this.#write(path, packDigest, keyId, news);
      } catch (error) {
        this.#options.onTrouble?.(error);
        if (isErrno(error, 'ENOSPC') || isErrno(error, 'EDQUOT')) await this.#removeOldest();
      }
    });
  }

  /** The frames held that lie wholly within a range, ascending, each checked. */
  async read(packDigest: string, range: BlobRange): Promise<readonly SealedFrame[]> {
    const end = range.offsetBytes + range.lengthBytes;
    const records = this.#look((held) => held.find(packDigest, range), []).filter(
      (frame) => frame.offsetBytes + frame.lengthBytes <= end,
    );
    if (records.length === 0) return [];
    this.#look((held) => held.touch(packDigest), undefined);
    const bytes = await this.#readFile(packDigest, records);
    const sound: SealedFrame[] = [];
    const torn: FrameRecord[] = [];
    for (const [at, record] of records.entries()) {
      const stored = bytes[at];
      if (stored?.length === record.lengthBytes && crc32(stored) === record.crc32) {
        sound.push({ offsetBytes: record.offsetBytes, stored });
      } else {
        torn.push(record);
      }
    }
    if (torn.length > 0) this.#look((held) => held.remove(packDigest, torn), undefined);
    return sound;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exclusive(() => Promise.resolve());
    this.#records[Symbol.dispose]();
  }

  /** What a process that was killed made before, or would have removed after, the record of it. */
  async #removeStrayFiles(): Promise<void> {
    const folder = packsIn(this.#options.folder);
    for (const name of await readdir(folder)) {
      if (this.keyIdOf(`sha256:${name}`) !== undefined) continue;
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  async #write(
    path: string,
    packDigest: string,
    keyId: string,
    frames: readonly SealedFrame[],
  ): Promise<void> {
    {
      const { O_CREAT, O_RDWR } = constants;
      const file = await open(path, O_RDWR | O_CREAT, 0o600);
      await using _close = file;
      for (const { offsetBytes, stored } of frames) await file.write(stored, 0, stored.length, offsetBytes);
    }
    const records = frames.map(({ offsetBytes, stored }) => {
      this.#uncheckedBytes += stored.length;
      return { offsetBytes, lengthBytes: stored.length, crc32: crc32(stored) };
    });
    this.#records.add(packDigest, keyId, records);
    await this.#keepLimit(packDigest);
  }

  /** Reads frames with one read for each run of neighbours; those that cannot be read are missing. */
  async #readFile(
    packDigest: string,
    records: readonly FrameRecord[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      const file = await open(this.#pathOf(packDigest), 'r');
      await using _close = file;
      const found: Uint8Array[] = [];
      for (const run of joinRanges(records)) {
        const bytes = new Uint8Array(run.lengthBytes);
        await file.read(bytes, 0, bytes.length, run.offsetBytes);
        for (const { offsetBytes, lengthBytes } of records) {
          const start = offsetBytes - run.offsetBytes;
          if (start >= 0 && start < run.lengthBytes) found.push(bytes.subarray(start, start + lengthBytes));
        }
      }
      return found;
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) this.#options.onTrouble?.(error);
      return [];
    }
  }

  async #keepLimit(newest: string): Promise<void> {
    while (this.#records.heldBytes > this.#options.limitBytes) {
      if (!(await this.#removeOldest(newest)) && !(await this.#removeOldest())) return;
    }
  }

  async #hasRoom(): Promise<boolean> {
    if (this.#uncheckedBytes < spaceCheckBytes) return true;
    const { bavail, bsize } = await statfs(this.#options.folder);
    const hasRoom = bavail * bsize > (this.#options.reserveBytes ?? defaultReserveBytes);
    if (hasRoom) this.#uncheckedBytes = 0;
    else await this.#removeOldest();
    return hasRoom;
  }

  async #removeOldest(except?: string): Promise<boolean> {
    const oldest = this.#records.leastRecentlyUsed(except);
    if (oldest === undefined) return false;
    this.#records.removePack(oldest.packDigest);
    await rm(this.#pathOf(oldest.packDigest), { force: true });
    return true;
  }

  /** A record that cannot be read says nothing. */
  #look<T>(at: (records: FrameRecords) => T, otherwise: T): T {
    try {
      return at(this.#records);
    } catch (error) {
      this.#options.onTrouble?.(error);
      return otherwise;
    }
  }

  /** Writers and removers one after the other. */
  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work, work);
    this.#writing = done.catch(() => undefined);
    return done;
  }

  #pathOf(packDigest: string): string {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(packDigest)?.[1];
    if (hex === undefined) throw new RangeError(`${packDigest} is no digest.`);
    return join(packsIn(this.#options.folder), hex);
  }
}

function packsIn(folder: string): string {
  return join(folder, 'packs');
}

function recordsIn(folder: string): string {
  return join(folder, 'frames.db');
}
