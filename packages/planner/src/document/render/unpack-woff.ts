import { fail } from '@carrel/contract';
import { unzlibSync } from 'fflate';

const signature = 0x77_4f_46_46;
const headerBytes = 44;
const entryBytes = 20;

/**
 * The font inside a WOFF 1.0 file (W3C recommendation of 2012, sections 3 to 5); another font is returned as it is. In
 * packed form every glyph would cost unpacking all of them.
 *
 * @throws {PLAN_FONT_DAMAGED} tables lie outside of the file or are not as long as it says
 */
export function unpackWoff(font: Uint8Array): Uint8Array {
  const packed = new DataView(font.buffer, font.byteOffset, font.byteLength);
  if (font.byteLength < headerBytes || packed.getUint32(0) !== signature) return font;
  const count = packed.getUint16(12);
  if (font.byteLength < headerBytes + count * entryBytes) throw fail('PLAN_FONT_DAMAGED', {});
  const tables = Array.from({ length: count }, (_, at) => readTable(font, headerBytes + at * entryBytes));
  return joinTables(packed.getUint32(4), tables);
}

interface FontTable {
  readonly tag: number;
  readonly checksum: number;
  readonly data: Uint8Array;
}

function readTable(font: Uint8Array, at: number): FontTable {
  const entry = new DataView(font.buffer, font.byteOffset + at, entryBytes);
  const [offset, packedBytes, bytes] = [entry.getUint32(4), entry.getUint32(8), entry.getUint32(12)];
  const raw = font.subarray(offset, offset + packedBytes);
  if (raw.length !== packedBytes) throw fail('PLAN_FONT_DAMAGED', {});
  const data = packedBytes < bytes ? unpack(raw, bytes) : raw;
  return { tag: entry.getUint32(0), checksum: entry.getUint32(16), data };
}

function unpack(raw: Uint8Array, bytes: number): Uint8Array {
  try {
    const data = unzlibSync(raw, { out: new Uint8Array(bytes) });
    if (data.length === bytes) return data;
  } catch (error) {
    throw fail('PLAN_FONT_DAMAGED', {}, error);
  }
  throw fail('PLAN_FONT_DAMAGED', {});
}

function joinTables(flavor: number, tables: readonly FontTable[]): Uint8Array {
  const directoryBytes = 12 + 16 * tables.length;
  const size = tables.reduce((sum, { data }) => sum + padded(data.length), directoryBytes);
  const font = new Uint8Array(size);
  const view = new DataView(font.buffer);
  const power = Math.floor(Math.log2(Math.max(tables.length, 1)));
  view.setUint32(0, flavor);
  view.setUint16(4, tables.length);
  view.setUint16(6, 16 * 2 ** power);
  view.setUint16(8, power);
  view.setUint16(10, 16 * (tables.length - 2 ** power));
  let offset = directoryBytes;
  for (const [at, { tag, checksum, data }] of tables.entries()) {
    for (const [field, value] of [tag, checksum, offset, data.length].entries()) {
      view.setUint32(12 + 16 * at + 4 * field, value);
    }
    font.set(data, offset);
    offset += padded(data.length);
  }
  return font;
}

function padded(bytes: number): number {
  return (bytes + 3) & ~3;
}
