import { magic, replyFlag, replyType } from '../protocol/constants.ts';
import type { BlockRun } from '../protocol/replies.ts';
import type { SocketReader } from '../protocol/socket-reader.ts';
import { type PendingRequest, protocolError } from './pending-request.ts';

const maxMetadataBytes = 8 * 1024 * 1024;

/** Requests under way, by cookie. */
export type PendingRequests = Map<bigint, PendingRequest>;

/**
 * Takes replies as they come and settles the requests they answer, until the connection ends.
 *
 * @throws {NBD_PROTOCOL} @throws {ConnectionEnded}
 */
export async function receiveReplies(
  reader: SocketReader,
  pending: PendingRequests,
  allocationContextId: number | undefined,
): Promise<never> {
  for (;;) {
    const begin = (await reader.read(4)).readUInt32BE(0);
    if (begin === magic.simpleReply) await receiveSimple(reader, pending);
    else if (begin === magic.structuredReply) await receiveChunk(reader, pending, allocationContextId);
    else throw protocolError(`0x${begin.toString(16)} does not begin a reply`);
  }
}

async function receiveSimple(reader: SocketReader, pending: PendingRequests): Promise<void> {
  const header = await reader.read(12);
  const errorCode = header.readUInt32BE(0);
  const cookie = header.readBigUInt64BE(4);
  const request = requestOf(pending, cookie);
  if (errorCode !== 0) request.errorCode = errorCode;
  else if (request.assembly) {
    await reader.readInto(request.assembly.claim(request.offsetBytes, request.lengthBytes));
  }
  finish(pending, cookie, request);
}

async function receiveChunk(
  reader: SocketReader,
  pending: PendingRequests,
  allocationContextId: number | undefined,
): Promise<void> {
  const header = await reader.read(16);
  const flags = header.readUInt16BE(0);
  const type = header.readUInt16BE(2);
  const cookie = header.readBigUInt64BE(4);
  const lengthBytes = header.readUInt32BE(12);
  const request = requestOf(pending, cookie);
  if (type === replyType.offsetData) await receiveData(reader, request, lengthBytes);
  else if (lengthBytes > maxMetadataBytes) throw protocolError(`a chunk of ${lengthBytes} bytes`);
  else takeMetadata(request, type, await reader.read(lengthBytes), allocationContextId);
  if ((flags & replyFlag.done) !== 0) finish(pending, cookie, request);
}

async function receiveData(
  reader: SocketReader,
  request: PendingRequest,
  lengthBytes: number,
): Promise<void> {
  if (!request.assembly || lengthBytes <= 8) throw protocolError('data that was not asked for');
  const offsetBytes = Number((await reader.read(8)).readBigUInt64BE(0));
  await reader.readInto(request.assembly.claim(offsetBytes, lengthBytes - 8));
}

function takeMetadata(
  request: PendingRequest,
  type: number,
  payload: Buffer,
  allocationContextId: number | undefined,
): void {
  if (type >= 0x8000) {
    // Any error chunk fails the request, those of types unknown here too (specification, "Error types").
    request.errorCode = payload.length >= 4 ? payload.readUInt32BE(0) : 0;
    if (request.errorCode === 0) throw protocolError('an error without a number');
  } else if (type === replyType.offsetHole && request.assembly && payload.length === 12) {
    request.assembly.claim(Number(payload.readBigUInt64BE(0)), payload.readUInt32BE(8)).fill(0);
  } else if (type === replyType.blockStatus && request.assembly === undefined) {
    if (payload.length >= 4 && payload.readUInt32BE(0) === allocationContextId)
      request.runs = parseRuns(payload);
  } else if (type !== replyType.none || payload.length > 0) {
    throw protocolError(`a chunk of type ${type} with ${payload.length} bytes`);
  }
}

function parseRuns(payload: Buffer): BlockRun[] {
  const count = (payload.length - 4) / 8;
  if (!Number.isInteger(count) || count === 0) throw protocolError('a block status without whole entries');
  return Array.from({ length: count }, (_, index) => {
    const lengthBytes = payload.readUInt32BE(4 + 8 * index);
    if (lengthBytes === 0) throw protocolError('a block status entry without length');
    return { lengthBytes, state: payload.readUInt32BE(8 + 8 * index) };
  });
}

function requestOf(pending: PendingRequests, cookie: bigint): PendingRequest {
  const request = pending.get(cookie);
  if (!request) throw protocolError('a reply to a request that was not made');
  return request;
}

function finish(pending: PendingRequests, cookie: bigint, request: PendingRequest): void {
  if (request.errorCode === 0) {
    request.assembly?.assertComplete();
    if (!request.assembly && !request.runs) throw protocolError('a block status without the allocation');
  }
  pending.delete(cookie);
  request.settle(undefined);
}
