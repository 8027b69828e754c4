/** What a 64-bit little-endian ELF file asks for. */
export interface ElfNeeds {
  /** Names of shared libraries, in the file's order (System V ABI, dynamic section, DT_NEEDED). */
  readonly libraries: readonly string[];
  /** Path of the program interpreter (PT_INTERP), of programs only. */
  readonly interpreter: string | undefined;
}

const loadSegment = 1;
const dynamicSegment = 2;
const interpreterSegment = 3;
const neededTag = 1n;
const stringTableTag = 5n;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly fileSize: number;
}

/** Whether the bytes begin an ELF file of the kind this reader understands. */
export function isElf(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 6));
  return head.length === 6 && head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1;
}

/** Reads which libraries and interpreter an ELF file needs; nothing for a static one. */
export function readElfNeeds(bytes: Uint8Array): ElfNeeds {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const segments = readSegments(file);
  const interpreter = segments.find((segment) => segment.type === interpreterSegment);
  return {
    libraries: readLibraries(file, segments),
    interpreter: interpreter === undefined ? undefined : textAt(file, interpreter.offset),
  };
}

/** The bytes of a named section, or `undefined` when there is none. */
export function readElfSection(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const tableOffset = Number(file.readBigUInt64LE(0x28));
  const entrySize = file.readUInt16LE(0x3a);
  const count = file.readUInt16LE(0x3c);
  const namesAt = tableOffset + file.readUInt16LE(0x3e) * entrySize;
  const namesOffset = Number(file.readBigUInt64LE(namesAt + 24));
  for (let index = 0; index < count; index += 1) {
    const at = tableOffset + index * entrySize;
    if (textAt(file, namesOffset + file.readUInt32LE(at)) !== name) continue;
    const offset = Number(file.readBigUInt64LE(at + 24));
    return file.subarray(offset, offset + Number(file.readBigUInt64LE(at + 32)));
  }
  return undefined;
}

function readSegments(file: Buffer): Segment[] {
  const tableOffset = Number(file.readBigUInt64LE(0x20));
  const entrySize = file.readUInt16LE(0x36);
  const count = file.readUInt16LE(0x38);
  return Array.from({ length: count }, (_, index) => {
    const at = tableOffset + index * entrySize;
    return {
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      address: file.readBigUInt64LE(at + 16),
      fileSize: Number(file.readBigUInt64LE(at + 32)),
    };
  });
}

function readLibraries(file: Buffer, segments: readonly Segment[]): string[] {
  const dynamic = segments.find((segment) => segment.type === dynamicSegment);
  if (dynamic === undefined) return [];
  const needed: number[] = [];
  let stringsAddress: bigint | undefined;
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.fileSize; at += 16) {
    const tag = file.readBigUInt64LE(at);
    if (tag === neededTag) needed.push(Number(file.readBigUInt64LE(at + 8)));
    if (tag === stringTableTag) stringsAddress = file.readBigUInt64LE(at + 8);
  }
  if (stringsAddress === undefined) return [];
  const stringsOffset = offsetOf(stringsAddress, segments);
  return stringsOffset === undefined ? [] : needed.map((offset) => textAt(file, stringsOffset + offset));
}

function offsetOf(address: bigint, segments: readonly Segment[]): number | undefined {
  const holder = segments.find(
    (segment) =>
      segment.type === loadSegment &&
      address >= segment.address &&
      address < segment.address + BigInt(segment.fileSize),
  );
  return holder === undefined ? undefined : holder.offset + Number(address - holder.address);
}

function textAt(file: Buffer, offset: number): string {
  return file.toString('latin1', offset, file.indexOf(0, offset));
}
