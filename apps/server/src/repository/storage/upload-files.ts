import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isRepositoryName, type RepositoryName } from '../names.ts';
import { removeIfThere, whereThere } from './durable-files.ts';

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text has the form of an upload's id, and so may be part of a path. */
export function isUploadId(text: string): boolean {
  return idPattern.test(text);
}

/** What lies on disk of uploads: for each a file of the bytes received, and one that says for which name. */
export class UploadFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  data(id: string): string {
    return join(this.#folder, id);
  }

  /** Ids of uploads with data. */
  async list(): Promise<string[]> {
    return (await readdir(this.#folder)).filter(isUploadId);
  }

  /** Ids of which anything at all lies here. */
  async listTraces(): Promise<ReadonlySet<string>> {
    return new Set((await readdir(this.#folder)).map((file) => file.slice(0, 36)).filter(isUploadId));
  }

  async create(id: string, name: RepositoryName): Promise<void> {
    await writeFile(this.#name(id), name, { flag: 'wx', mode: 0o640 });
    await writeFile(this.data(id), '', { flag: 'wx', mode: 0o640 });
  }

  /** `undefined` when there is no such upload. */
  async describe(id: string): Promise<{ name: RepositoryName; receivedBytes: number } | undefined> {
    const name = await whereThere(readFile(this.#name(id), 'utf8'));
    const data = await whereThere(stat(this.data(id)));
    return name !== undefined && data && isRepositoryName(name)
      ? { name, receivedBytes: data.size }
      : undefined;
  }

  /** When anything last changed, milliseconds since 1970; `undefined` when nothing lies here. */
  async changedAtMs(id: string): Promise<number | undefined> {
    const found = (await whereThere(stat(this.data(id)))) ?? (await whereThere(stat(this.#name(id))));
    return found?.mtimeMs;
  }

  /** The hash over the first bytes received. */
  async hash(id: string, lengthBytes: number): Promise<Hash> {
    const hash = createHash('sha256');
    if (lengthBytes === 0) return hash;
    const source = createReadStream(this.data(id), { end: lengthBytes - 1, highWaterMark: 1 << 20 });
    await pipeline(source, async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) hash.update(chunk);
    });
    return hash;
  }

  async sync(id: string): Promise<void> {
    await using file = await open(this.data(id), 'r+');
    await file.sync();
  }

  async cut(id: string, lengthBytes: number): Promise<void> {
    await using file = await open(this.data(id), 'r+');
    await file.truncate(lengthBytes);
  }

  async remove(id: string): Promise<void> {
    await removeIfThere(this.data(id));
    await removeIfThere(this.#name(id));
  }

  #name(id: string): string {
    return `${this.data(id)}.name`;
  }
}
