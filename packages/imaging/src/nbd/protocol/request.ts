import { fail } from '@carrel/contract/errors';
import { magic, requestHeaderBytes } from './constants.ts';

/** The header of one command, as it travels (28 bytes, big-endian). */
export interface NbdRequest {
  readonly flags: number;
  readonly command: number;
  /** Chosen by the client, returned with the reply. */
  readonly cookie: bigint;
  /** Past 2^53 it is no longer exact, but then it is past the end of any disk too. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** @throws {NBD_PROTOCOL} when the bytes do not begin a request */
export function parseRequest(header: Buffer): NbdRequest {
  const found = header.readUInt32BE(0);
  if (found !== magic.request) {
    throw fail('NBD_PROTOCOL', {
      peer: 'client',
      reason: `0x${found.toString(16)} does not begin a request`,
    });
  }
  return {
    flags: header.readUInt16BE(4),
    command: header.readUInt16BE(6),
    cookie: header.readBigUInt64BE(8),
    offsetBytes: Number(header.readBigUInt64BE(16)),
    lengthBytes: header.readUInt32BE(24),
  };
}

export function encodeRequest(request: NbdRequest): Buffer {
  const header = Buffer.allocUnsafe(requestHeaderBytes);
  header.writeUInt32BE(magic.request, 0);
  header.writeUInt16BE(request.flags, 4);
  header.writeUInt16BE(request.command, 6);
  header.writeBigUInt64BE(request.cookie, 8);
  header.writeBigUInt64BE(BigInt(request.offsetBytes), 16);
  header.writeUInt32BE(request.lengthBytes, 24);
  return header;
}
