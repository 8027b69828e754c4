import { close, fstat, open } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Digest, RepositoryName } from '../names.ts';
import { whereThere } from './durable-files.ts';
import type { Layout } from './layout.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);

/** A blob open for reading; whoever got it releases it once. */
export interface OpenBlob {
  readonly fileDescriptor: number;
  readonly sizeBytes: number;
  release(): void;
}

interface Entry {
  readonly fileDescriptor: number;
  readonly sizeBytes: number;
  userCount: number;
  isDropped: boolean;
}

/**
 * Keeps the files of blobs read lately open. A fetch makes thousands of small range requests of the same few packs;
 * looking each up in its repository, opening and closing it costs more than reading it. Blobs never change, so an open
 * file is never stale; a deleted one is dropped with {@link OpenBlobs.drop}.
 */
export class OpenBlobs implements AsyncDisposable {
  readonly #layout: Layout;
  readonly #limit: number;
  readonly #entries = new Map<string, Promise<Entry | undefined>>();
  readonly #closing = new Set<Promise<void>>();

  constructor(layout: Layout, limit = 128) {
    this.#layout = layout;
    this.#limit = limit;
  }

  /** Opens a blob that the named repository has; `undefined` when it has not. */
  async acquire(name: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const key = keyOf(name, digest);
    for (;;) {
      const pending = this.#entries.get(key) ?? this.#open(key, name, digest);
      const entry = await pending;
      if (entry === undefined) return undefined;
      if (entry.isDropped) continue;
      entry.userCount += 1;
      this.#entries.delete(key);
      this.#entries.set(key, pending);
      return {
        fileDescriptor: entry.fileDescriptor,
        sizeBytes: entry.sizeBytes,
        release: () => this.#release(entry),
      };
    }
  }

  /** The repository no longer has the blob: nobody gets it from here any more. */
  async drop(name: RepositoryName, digest: Digest): Promise<void> {
    const key = keyOf(name, digest);
    const pending = this.#entries.get(key);
    this.#entries.delete(key);
    const entry = await pending;
    if (entry) this.#discard(entry);
  }

  /** Closes every file not in use; those in use are closed when released. */
  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of await Promise.all(all)) if (entry) this.#discard(entry);
    await Promise.all(this.#closing);
  }

  #open(key: string, name: RepositoryName, digest: Digest): Promise<Entry | undefined> {
    const pending = openEntry(this.#layout, name, digest);
    this.#entries.set(key, pending);
    const forget = (): void => {
      if (this.#entries.get(key) === pending) this.#entries.delete(key);
    };
    void pending.then((entry) => {
      if (entry === undefined) forget();
    }, forget);
    this.#makeRoom();
    return pending;
  }

  #makeRoom(): void {
    if (this.#entries.size <= this.#limit) return;
    const oldest = this.#entries.entries().next().value;
    if (oldest === undefined) return;
    const [key, pending] = oldest;
    this.#entries.delete(key);
    void pending.then(
      (entry) => {
        if (entry) this.#discard(entry);
      },
      () => undefined,
    );
  }

  #release(entry: Entry): void {
    entry.userCount -= 1;
    if (entry.isDropped && entry.userCount === 0) this.#close(entry);
  }

  #discard(entry: Entry): void {
    if (entry.isDropped) return;
    entry.isDropped = true;
    if (entry.userCount === 0) this.#close(entry);
  }

  #close(entry: Entry): void {
    const closing = closeFile(entry.fileDescriptor).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

async function openEntry(layout: Layout, name: RepositoryName, digest: Digest): Promise<Entry | undefined> {
  if (!(await whereThere(stat(layout.layer(name, digest))))) return undefined;
  const fileDescriptor = await whereThere(openFile(layout.blob(digest), 'r'));
  if (fileDescriptor === undefined) return undefined;
  try {
    const { size } = await statFile(fileDescriptor);
    return { fileDescriptor, sizeBytes: size, userCount: 0, isDropped: false };
  } catch (error) {
    await closeFile(fileDescriptor);
    throw error;
  }
}

function keyOf(name: RepositoryName, digest: Digest): string {
  return `${name}@${digest}`;
}
