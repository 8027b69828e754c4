import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fail } from '@carrel/contract';
import { isAppError, type ProgressListener } from '@carrel/kit';
import { extract } from 'tar-stream';
import type { z } from 'zod';
import {
  type BackupFacts,
  type BackupManifest,
  type BackupSummary,
  backupFactsSchema,
  backupManifestSchema,
  entryNames,
  summaryOf,
} from './backup-format.ts';
import { openStream } from './sealed-stream.ts';

/** Facts and manifest of 100 GB of images are a few megabytes; more is no backup of ours. */
const describedBytesLimit = 256 * 1024 * 1024;
/** Parts of an entry's name; nothing in it leads out of the folder it is meant for. */
const namePattern = /^(?!.*(^|\/)\.\.?(\/|$))[A-Za-z0-9._/:-]+$/;

export interface ReadBackupOptions {
  readonly path: string;
  readonly passphrase: string;
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
}

/** Takes an entry's content. It may have to be thrown away: it counts when the whole backup was read. */
export type TakeEntry = (name: string, content: AsyncIterable<Buffer>, facts: BackupFacts) => Promise<void>;

export interface ReadBackup {
  readonly facts: BackupFacts;
  readonly summary: BackupSummary;
}

/**
 * Reads a backup to its end and checks every byte: the seal, every entry against the manifest, and that none is
 * missing or too many.
 *
 * @throws {BACKUP_DAMAGED} {BACKUP_PASSPHRASE_WRONG}
 */
export async function readBackup(options: ReadBackupOptions, take: TakeEntry): Promise<ReadBackup> {
  const { path, passphrase, signal, onProgress } = options;
  const { size } = await stat(path).catch((error: unknown) => {
    throw fail('BACKUP_DAMAGED', { path, reason: 'it cannot be read' }, error);
  });
  const tar = extract();
  const source = createReadStream(path, { signal });
  const opened = openStream(withProgress(source, size, onProgress), passphrase, path);
  const reading = new BackupReading(path, take);
  const pumped = pipeline(opened, tar as unknown as NodeJS.WritableStream, { signal });
  const taken = takeAll(tar as unknown as AsyncIterable<TarEntry>, reading).catch((error: unknown) => {
    tar.destroy();
    throw error;
  });
  const [pump, content] = await Promise.allSettled([pumped, taken]);
  // A damaged seal ends the tar too, and is the better answer; a refused entry ends the pump.
  for (const end of [pump, content]) {
    if (end.status === 'rejected' && (isAppError(end.reason) || signal.aborted)) throw end.reason;
  }
  for (const end of [content, pump]) {
    if (end.status === 'rejected') throw notReadable(path, end.reason);
  }
  return reading.finish();
}

interface TarEntry extends AsyncIterable<Buffer> {
  readonly header: {
    readonly name: string;
    readonly size?: number | undefined;
    readonly type?: string | null;
  };
}

async function takeAll(tar: AsyncIterable<TarEntry>, reading: BackupReading): Promise<void> {
  for await (const entry of tar) await reading.take(entry);
}

/** Failures of the disk that is written to keep their own cause. */
function notReadable(path: string, reason: unknown): unknown {
  if (reason instanceof Error && 'syscall' in reason) return reason;
  return fail('BACKUP_DAMAGED', { path, reason: 'it is not made up as a backup is' }, reason);
}

async function* withProgress(
  source: AsyncIterable<Buffer>,
  totalBytes: number,
  onProgress: ProgressListener,
): AsyncGenerator<Buffer> {
  let doneBytes = 0;
  for await (const chunk of source) {
    doneBytes += chunk.length;
    onProgress({ phase: 'reading the backup', doneBytes, totalBytes });
    yield chunk;
  }
}

class BackupReading {
  readonly #path: string;
  readonly #take: TakeEntry;
  readonly #found: BackupManifest['entries'] = [];
  #facts: BackupFacts | undefined;
  #manifest: BackupManifest | undefined;

  constructor(path: string, take: TakeEntry) {
    this.#path = path;
    this.#take = take;
  }

  async take(entry: TarEntry): Promise<void> {
    const { name, type } = entry.header;
    if (type !== 'file' || !namePattern.test(name)) throw this.#damaged(`it has an entry of no good name`);
    if (this.#manifest) throw this.#damaged('something follows its manifest');
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const observed = (async function* () {
      for await (const chunk of entry) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    })();
    if (name === entryNames.manifest) {
      this.#manifest = await this.#describe(backupManifestSchema, observed);
      return;
    }
    if (name === entryNames.facts) this.#facts = await this.#describe(backupFactsSchema, observed);
    else if (this.#facts) await this.#take(name, observed, this.#facts);
    else throw this.#damaged('it does not begin with what it is of');
    if (sizeBytes !== entry.header.size) throw this.#damaged(`${name} was not read to its end`);
    this.#found.push({ name, sizeBytes, digest: `sha256:${hash.digest('hex')}` });
  }

  finish(): ReadBackup {
    const [facts, manifest] = [this.#facts, this.#manifest];
    if (!facts || !manifest) throw this.#damaged('it ends too early');
    const expected = new Map(manifest.entries.map((entry) => [entry.name, entry]));
    for (const { name, sizeBytes, digest } of this.#found) {
      const entry = expected.get(name);
      if (entry?.sizeBytes !== sizeBytes || entry.digest !== digest) {
        throw this.#damaged(`${name} is not what its manifest says`);
      }
      expected.delete(name);
    }
    const [missing] = expected.keys();
    if (missing !== undefined) throw this.#damaged(`${missing} is missing`);
    return { facts, summary: summaryOf(facts, manifest) };
  }

  async #describe<S extends z.ZodType>(schema: S, content: AsyncIterable<Buffer>): Promise<z.output<S>> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      if (sizeBytes > describedBytesLimit) throw this.#damaged('its description is too long');
      chunks.push(chunk);
    }
    try {
      return schema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    } catch (error) {
      throw fail('BACKUP_DAMAGED', { path: this.#path, reason: 'its description is not one' }, error);
    }
  }

  #damaged(reason: string) {
    return fail('BACKUP_DAMAGED', { path: this.#path, reason });
  }
}
