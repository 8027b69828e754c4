import { maxStringBytes } from './constants.ts';

/** What a client asked for with NBD_OPT_GO or NBD_OPT_INFO. */
export interface ExportRequest {
  readonly exportName: string;
  readonly infoTypes: readonly number[];
}

/** What a client asked for with NBD_OPT_LIST_META_CONTEXT or NBD_OPT_SET_META_CONTEXT. */
export interface MetaContextRequest {
  readonly exportName: string;
  readonly queries: readonly string[];
}

/** `undefined` when the data is not exactly what the protocol says. */
export function parseExportRequest(data: Buffer): ExportRequest | undefined {
  const cursor = new OptionCursor(data);
  const exportName = cursor.string();
  const count = cursor.uint16();
  if (exportName === undefined || count === undefined || cursor.restBytes !== 2 * count) return undefined;
  const infoTypes: number[] = [];
  for (let type = cursor.uint16(); type !== undefined; type = cursor.uint16()) infoTypes.push(type);
  return { exportName, infoTypes };
}

/** `undefined` when the data is not exactly what the protocol says. */
export function parseMetaContextRequest(data: Buffer): MetaContextRequest | undefined {
  const cursor = new OptionCursor(data);
  const exportName = cursor.string();
  const count = cursor.uint32();
  if (exportName === undefined || count === undefined || count > cursor.restBytes / 4) return undefined;
  const queries: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const query = cursor.string();
    if (query === undefined) return undefined;
    queries.push(query);
  }
  return cursor.restBytes === 0 ? { exportName, queries } : undefined;
}

/** The text of the bytes, or `undefined` when they are not UTF-8, hold a NUL or are longer than allowed. */
export function parseName(bytes: Buffer): string | undefined {
  if (bytes.length > maxStringBytes || bytes.includes(0)) return undefined;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

class OptionCursor {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get restBytes(): number {
    return this.#data.length - this.#at;
  }

  uint16(): number | undefined {
    return this.#take(2)?.readUInt16BE(0);
  }

  uint32(): number | undefined {
    return this.#take(4)?.readUInt32BE(0);
  }

  string(): string | undefined {
    const lengthBytes = this.uint32();
    const bytes = lengthBytes === undefined ? undefined : this.#take(lengthBytes);
    return bytes && parseName(bytes);
  }

  #take(lengthBytes: number): Buffer | undefined {
    if (lengthBytes > this.restBytes) return undefined;
    this.#at += lengthBytes;
    return this.#data.subarray(this.#at - lengthBytes, this.#at);
  }
}
