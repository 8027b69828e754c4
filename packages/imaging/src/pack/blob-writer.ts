import type { UndoStack } from '@carrel/kit';
import { type Descriptor, describe } from '../format/manifest.ts';
import type { BlobContent, Repository } from '../repository/repository.ts';

/** Stores blobs, and takes back the new ones unless the work is kept. */
export class BlobWriter {
  storedBytes = 0;
  readonly #repository: Repository;
  readonly #undo: UndoStack;
  readonly #signal: AbortSignal | undefined;

  constructor(repository: Repository, undo: UndoStack, signal: AbortSignal | undefined) {
    this.#repository = repository;
    this.#undo = undo;
    this.#signal = signal;
  }

  async write(content: BlobContent): Promise<void> {
    const { isNew } = await this.#repository.writeBlob(content, { signal: this.#signal });
    if (!isNew) return;
    this.storedBytes += content.sizeBytes;
    this.#undo.push(() => this.#repository.discardBlob(content.digest));
  }

  async writeBytes(mediaType: string, bytes: Uint8Array): Promise<Descriptor> {
    const descriptor = describe(mediaType, bytes);
    await this.write({ digest: descriptor.digest, sizeBytes: bytes.length, chunks: () => [bytes] });
    return descriptor;
  }
}
