import { magic, replyFlag, replyType } from './constants.ts';

/** A simple reply; the data of a read follows it. */
export function encodeSimpleReply(cookie: bigint, errorCode: number): Buffer {
  const header = Buffer.allocUnsafe(16);
  header.writeUInt32BE(magic.simpleReply, 0);
  header.writeUInt32BE(errorCode, 4);
  header.writeBigUInt64BE(cookie, 8);
  return header;
}

/** The header of one chunk of a structured reply, with the fixed part of its payload. */
function encodeChunk(
  cookie: bigint,
  type: number,
  isLast: boolean,
  fixed: Buffer,
  moreBytes: number,
): Buffer {
  const header = Buffer.allocUnsafe(20);
  header.writeUInt32BE(magic.structuredReply, 0);
  header.writeUInt16BE(isLast ? replyFlag.done : 0, 4);
  header.writeUInt16BE(type, 6);
  header.writeBigUInt64BE(cookie, 8);
  header.writeUInt32BE(fixed.length + moreBytes, 16);
  return Buffer.concat([header, fixed]);
}

/** Begins a data chunk; the data follows it. */
export function encodeDataChunk(
  cookie: bigint,
  isLast: boolean,
  offsetBytes: number,
  lengthBytes: number,
): Buffer {
  const fixed = Buffer.allocUnsafe(8);
  fixed.writeBigUInt64BE(BigInt(offsetBytes), 0);
  return encodeChunk(cookie, replyType.offsetData, isLast, fixed, lengthBytes);
}

export function encodeHoleChunk(
  cookie: bigint,
  isLast: boolean,
  offsetBytes: number,
  lengthBytes: number,
): Buffer {
  const fixed = Buffer.allocUnsafe(12);
  fixed.writeBigUInt64BE(BigInt(offsetBytes), 0);
  fixed.writeUInt32BE(lengthBytes, 8);
  return encodeChunk(cookie, replyType.offsetHole, isLast, fixed, 0);
}

export function encodeErrorChunk(cookie: bigint, errorCode: number, message: string): Buffer {
  const text = Buffer.from(message).subarray(0, 1024);
  const fixed = Buffer.allocUnsafe(6);
  fixed.writeUInt32BE(errorCode, 0);
  fixed.writeUInt16BE(text.length, 4);
  return encodeChunk(cookie, replyType.error, true, Buffer.concat([fixed, text]), 0);
}

/** A run of blocks in one state (`blockState` bits). */
export interface BlockRun {
  readonly lengthBytes: number;
  readonly state: number;
}

export function encodeBlockStatusChunk(cookie: bigint, contextId: number, runs: readonly BlockRun[]): Buffer {
  const fixed = Buffer.allocUnsafe(4 + 8 * runs.length);
  fixed.writeUInt32BE(contextId, 0);
  runs.forEach((run, index) => {
    fixed.writeUInt32BE(run.lengthBytes, 4 + 8 * index);
    fixed.writeUInt32BE(run.state, 8 + 8 * index);
  });
  return encodeChunk(cookie, replyType.blockStatus, true, fixed, 0);
}
