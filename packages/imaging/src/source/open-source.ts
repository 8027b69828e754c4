import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import type { DiskExtent, DiskReader } from '../disk/disk-reader.ts';
import { type LocalFile, openLocalFile } from './format/local-file.ts';
import { type BackingRule, type ChainLink, resolveChain } from './format/resolve-chain.ts';
import type { SourceFormat } from './format/source-format.ts';
import { checkDisk } from './qemu/check-disk.ts';
import { openThroughQemuNbd, type QemuNbdDisk } from './qemu/qemu-nbd.ts';
import { findQemuTools } from './qemu/qemu-tools.ts';

export interface OpenSourceOptions {
  /** Take the file as this, whatever its header says. Default: look. */
  readonly format?: SourceFormat;
  /** Default `same-folder`. */
  readonly allowBacking?: BackingRule;
  /** Where qemu-img and qemu-nbd are looked for. Default: `PATH`. */
  readonly toolPath?: string;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}

/** A disk made elsewhere, opened for reading. Whoever opened it disposes of it. */
export interface DiskSource extends DiskReader {
  /** Absolute, with symbolic links resolved. */
  readonly path: string;
  readonly format: SourceFormat;
  /** `default`: no known header, so the bytes of the file are the disk. */
  readonly formatFoundBy: 'option' | 'signature' | 'default';
  /** Every file the disk is made of, itself first. */
  readonly files: readonly string[];
  /** Space the files take where they are. */
  readonly allocatedBytes: number;
}

/**
 * Opens a disk of any format, or a block device, for reading through QEMU's own block layer, in a confined process.
 *
 * Damage that can be found without reading all of the data, a cut-off file above all, is found here.
 *
 * @throws {SOURCE_NOT_FOUND} @throws {SOURCE_NOT_READABLE} @throws {SOURCE_NOT_A_DISK} @throws {SOURCE_NOT_SUPPORTED}
 * @throws {SOURCE_DAMAGED} @throws {SOURCE_IN_USE} @throws {SOURCE_BACKING_REFUSED} @throws {TOOL_MISSING}
 */
export async function openSource(path: string, options: OpenSourceOptions = {}): Promise<DiskSource> {
  const { signal } = options;
  await using undo = new AsyncDisposableStack();
  const file = undo.use(await openLocalFile(path));
  const chain = await resolveChain(file, path, options.allowBacking ?? 'same-folder', options.format);
  const tools = await findQemuTools(options.toolPath ?? process.env['PATH'] ?? '');
  const virtualSizeBytes = await checkDisk({ link: chain, shownPath: path, tools, signal });
  const served = undo.use(await openThroughQemuNbd(chain, path, tools, signal));
  // QEMU rounds the size of a raw file up to whole sectors; the disk is what the file is.
  const sizeBytes = isPlainFile(chain) ? file.sizeBytes : Math.min(virtualSizeBytes, served.disk.sizeBytes);
  const source = new QemuSource(path, chain, file, served, sizeBytes);
  undo.move();
  return source;
}

class QemuSource implements DiskSource {
  readonly path: string;
  readonly format: SourceFormat;
  readonly formatFoundBy: DiskSource['formatFoundBy'];
  readonly files: readonly string[];
  readonly allocatedBytes: number;
  readonly sizeBytes: number;
  readonly #shownPath: string;
  readonly #file: LocalFile;
  readonly #served: QemuNbdDisk;
  readonly #isPlainFile: boolean;

  constructor(shownPath: string, chain: ChainLink, file: LocalFile, served: QemuNbdDisk, sizeBytes: number) {
    const links = linksOf(chain);
    this.path = chain.path;
    this.format = chain.format;
    this.formatFoundBy = chain.foundBy;
    this.files = links.flatMap((link) => [link.path, ...link.extentFiles]);
    this.allocatedBytes = links.reduce((total, link) => total + link.allocatedBytes, 0);
    this.sizeBytes = sizeBytes;
    this.#shownPath = shownPath;
    this.#file = file;
    this.#served = served;
    this.#isPlainFile = isPlainFile(chain);
  }

  async read(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    this.#assertInside(offsetBytes, lengthBytes);
    if (this.#isPlainFile) return await this.#readPlain(offsetBytes, lengthBytes, signal);
    const data = await this.#readServed(offsetBytes, lengthBytes, signal);
    // QEMU gives zeros past the end of a file that was cut short meanwhile; zeros that nobody wrote.
    if ((await this.#file.currentSizeBytes()) < this.#file.sizeBytes) {
      throw this.#damaged('it became shorter while it was being read');
    }
    return data;
  }

  /** The bytes of the file are the disk: taken from there, they are copied once less often. */
  async #readPlain(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let done = 0; done < lengthBytes; ) {
      signal?.throwIfAborted();
      const piece = await this.#file
        .readSome(offsetBytes + done, lengthBytes - done)
        .catch((error: unknown) => {
          throw this.#damaged(`the data at ${offsetBytes + done} cannot be read`, error);
        });
      if (piece.length === 0) throw this.#damaged('it became shorter while it was being read');
      pieces.push(piece);
      done += piece.length;
    }
    const [only] = pieces;
    return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
  }

  async #readServed(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.#served.disk.read(offsetBytes, lengthBytes, signal);
    } catch (error) {
      throw this.#readError(error, offsetBytes);
    }
  }

  async *extents(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): AsyncIterable<DiskExtent> {
    this.#assertInside(offsetBytes, lengthBytes);
    try {
      yield* this.#served.disk.extents(offsetBytes, lengthBytes, signal);
    } catch (error) {
      throw this.#readError(error, offsetBytes);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#served[Symbol.asyncDispose]();
    await this.#file[Symbol.asyncDispose]();
  }

  #assertInside(offsetBytes: number, lengthBytes: number): void {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes > this.sizeBytes) {
      throw new RangeError(`${lengthBytes} bytes at ${offsetBytes} lie outside a disk of ${this.sizeBytes}`);
    }
  }

  #readError(error: unknown, offsetBytes: number): unknown {
    if (isAppError(error, 'NBD_READ_FAILED'))
      return this.#damaged(`the data at ${offsetBytes} cannot be read`, error);
    if (isAppError(error, 'NBD_UNREACHABLE')) {
      return this.#damaged(`qemu-nbd gave up (${this.#served.lastWords()})`, error);
    }
    return error;
  }

  #damaged(reason: string, cause?: unknown): Error {
    return fail('SOURCE_DAMAGED', { path: this.#shownPath, format: this.format, reason }, cause);
  }
}

function isPlainFile(chain: ChainLink): boolean {
  return chain.format === 'raw' && !chain.isBlockDevice;
}

function linksOf(chain: ChainLink): ChainLink[] {
  const links: ChainLink[] = [];
  for (let next: ChainLink | undefined = chain; next; next = next.backing) links.push(next);
  return links;
}
