import { releaseBuffer } from '../../format/release-buffer.ts';
import { ByteBudget } from '../protocol/byte-budget.ts';
import { command, commandFlag, requestHeaderBytes, wireError } from '../protocol/constants.ts';
import { encodeErrorChunk, encodeSimpleReply } from '../protocol/replies.ts';
import { type NbdRequest, parseRequest } from '../protocol/request.ts';
import { writePieces } from '../protocol/socket-writer.ts';
import { answerBlockStatus } from './answer-block-status.ts';
import { answerRead } from './answer-read.ts';
import type { Transmission } from './transmission.ts';

/** One request costs at least this much of the budget, so that small ones are bounded in number too. */
const minCostBytes = 4096;
/** A block status reply holds a bounded list; a request for one costs as much as that list. */
const blockStatusCostBytes = 64 * 1024;

/**
 * Answers commands until the client leaves; answers may overtake each other. Returns when the last one is out.
 *
 * @throws {NBD_PROTOCOL} @throws {ConnectionEnded}
 */
export async function transmit(transmission: Transmission): Promise<void> {
  const { reader, view, signal } = transmission;
  const budget = new ByteBudget(view.limits.maxInFlightBytes);
  const running = new Set<Promise<void>>();
  try {
    for (;;) {
      const request = parseRequest(await reader.read(requestHeaderBytes));
      if (request.command === command.disconnect) return;
      // The data of a write comes whether we want it or not, and must be passed over to stay in step.
      if (request.command === command.write) await reader.skip(request.lengthBytes);
      const refusal = refusalOf(request, transmission);
      const costBytes = refusal === undefined ? costOf(request) : minCostBytes;
      await budget.acquire(costBytes, signal);
      const answering = (
        refusal === undefined ? answer(request, transmission) : refuse(request, refusal, transmission)
      )
        // A reply that cannot be sent means that the connection is gone; reading from it will say so.
        .catch(() => transmission.socket.destroy())
        .then(() => {
          budget.release(costBytes);
          running.delete(answering);
        });
      running.add(answering);
    }
  } catch (error) {
    // Answers still being prepared have no one to go to: the end of the socket aborts them.
    transmission.socket.destroy();
    throw error;
  } finally {
    await Promise.all(running);
  }
}

function costOf(request: NbdRequest): number {
  if (request.command === command.blockStatus) return blockStatusCostBytes;
  return Math.max(minCostBytes, request.command === command.read ? request.lengthBytes : 0);
}

/** The error that a request earns by itself, before any disk is asked. */
function refusalOf(request: NbdRequest, { view, session }: Transmission): number | undefined {
  const { offsetBytes, lengthBytes, flags } = request;
  const isInside = lengthBytes > 0 && offsetBytes + lengthBytes <= view.disk.sizeBytes;
  switch (request.command) {
    case command.read: {
      const allowedFlags = session.isStructured ? commandFlag.dontFragment : 0;
      const isTooLong = lengthBytes > view.limits.maxRequestBytes;
      return isInside && !isTooLong && (flags & ~allowedFlags) === 0 ? undefined : wireError.invalid;
    }
    case command.blockStatus: {
      const isAllowed = session.hasAllocationContext && (flags & ~commandFlag.requestOne) === 0;
      return isInside && isAllowed ? undefined : wireError.invalid;
    }
    case command.flush:
      return flags === 0 ? undefined : wireError.invalid;
    case command.write:
    case command.trim:
    case command.writeZeroes:
      return wireError.notPermitted;
    default:
      return wireError.invalid;
  }
}

async function answer(request: NbdRequest, transmission: Transmission): Promise<void> {
  switch (request.command) {
    case command.read:
      await answerOrFail(request, transmission, () => answerRead(request, transmission));
      return;
    case command.blockStatus:
      await answerOrFail(request, transmission, () => answerBlockStatus(request, transmission));
      return;
    default:
      // Nothing is ever written, so a flush is done as soon as it is asked for.
      await writePieces(transmission.socket, [encodeSimpleReply(request.cookie, 0)]);
  }
}

/** Asks the disk for the pieces of a reply and sends them, or says that the disk failed. */
async function answerOrFail(
  request: NbdRequest,
  transmission: Transmission,
  preparePieces: () => Promise<Uint8Array[]>,
): Promise<void> {
  const { socket, view, signal } = transmission;
  let pieces: Uint8Array[];
  try {
    pieces = await preparePieces();
  } catch (error) {
    if (signal.aborted) return;
    view.onReadFailed(error, request.offsetBytes, request.lengthBytes);
    await refuse(request, wireError.inputOutput, transmission);
    return;
  }
  await writePieces(socket, pieces);
  for (const piece of pieces) releaseBuffer(piece);
}

async function refuse(request: NbdRequest, errorCode: number, transmission: Transmission): Promise<void> {
  const piece = transmission.session.isStructured
    ? encodeErrorChunk(request.cookie, errorCode, refusalText(errorCode))
    : encodeSimpleReply(request.cookie, errorCode);
  await writePieces(transmission.socket, [piece]);
}

function refusalText(errorCode: number): string {
  if (errorCode === wireError.notPermitted) return 'This export is read-only.';
  return errorCode === wireError.invalid ? 'The request is not valid here.' : 'The data cannot be read.';
}
