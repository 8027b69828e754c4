import type { Socket } from 'node:net';
import { fail } from '@carrel/contract/errors';
import { describeAddress, type NbdAddress } from '../address.ts';
import {
  allocationContext,
  handshakeFlag,
  infoType,
  magic,
  option,
  optionReply,
  transmissionFlag,
} from '../protocol/constants.ts';
import type { SocketReader } from '../protocol/socket-reader.ts';
import { writePieces } from '../protocol/socket-writer.ts';
import { protocolError } from './pending-request.ts';

/** What the server told of the export during the handshake. */
export interface RemoteExport {
  readonly sizeBytes: number;
  readonly isReadOnly: boolean;
  readonly canMultiConn: boolean;
  readonly isStructured: boolean;
  /** `undefined` when the server does not tell which blocks are zero. */
  readonly allocationContextId: number | undefined;
  /** Requests start and end at multiples of this. */
  readonly minBlockBytes: number;
  readonly maxRequestBytes: number;
}

interface OptionReply {
  readonly type: number;
  readonly data: Buffer;
}

interface Dialogue {
  readonly socket: Socket;
  readonly reader: SocketReader;
  readonly address: NbdAddress;
  readonly exportName: string;
}

const maxReplyBytes = 64 * 1024;
const maxReplies = 1000;
const defaultMaxRequestBytes = 32 * 1024 * 1024;

/**
 * The client's half of the handshake: structured replies and block status where the server has them.
 *
 * @throws {NBD_PROTOCOL} @throws {NBD_EXPORT_UNKNOWN} @throws {ConnectionEnded}
 */
export async function negotiateExport(dialogue: Dialogue): Promise<RemoteExport> {
  const { socket, reader } = dialogue;
  const greeting = await reader.read(18);
  if (greeting.readBigUInt64BE(0) !== magic.init || greeting.readBigUInt64BE(8) !== magic.option) {
    throw protocolError('it does not greet as an NBD server (newstyle)');
  }
  const serverFlags = greeting.readUInt16BE(16);
  if ((serverFlags & handshakeFlag.fixedNewstyle) === 0) {
    throw protocolError('it only knows the handshake that was replaced in 2011');
  }
  const clientFlags = Buffer.allocUnsafe(4);
  const noZeroes = serverFlags & handshakeFlag.noZeroes;
  clientFlags.writeUInt32BE(handshakeFlag.fixedNewstyle | noZeroes, 0);
  await writePieces(socket, [clientFlags]);

  const isStructured = (await ask(dialogue, option.structuredReply, Buffer.alloc(0))).isAcknowledged;
  const allocationContextId = isStructured ? await askForAllocation(dialogue) : undefined;
  const found = (await go(dialogue)) ?? (await chooseTheOldWay(dialogue, noZeroes !== 0));
  return { ...found, isStructured, allocationContextId };
}

async function askForAllocation(dialogue: Dialogue): Promise<number | undefined> {
  const one = uint32(1);
  const data = Buffer.concat([prefixed(dialogue.exportName), one, prefixed(allocationContext)]);
  const { isAcknowledged, replies } = await ask(dialogue, option.setMetaContext, data);
  const context = replies.find((reply) => reply.type === optionReply.metaContext);
  if (!isAcknowledged || !context || context.data.length < 4) return undefined;
  return context.data.toString('utf8', 4) === allocationContext ? context.data.readUInt32BE(0) : undefined;
}

type ExportFacts = Omit<RemoteExport, 'isStructured' | 'allocationContextId'>;

/** NBD_OPT_GO. `undefined` when the server does not know it. */
async function go(dialogue: Dialogue): Promise<ExportFacts | undefined> {
  const wanted = Buffer.allocUnsafe(4);
  wanted.writeUInt16BE(1, 0);
  wanted.writeUInt16BE(infoType.blockSize, 2);
  const answer = await ask(dialogue, option.go, Buffer.concat([prefixed(dialogue.exportName), wanted]));
  if (!answer.isAcknowledged) {
    if (answer.errorType === optionReply.errorUnsupported) return undefined;
    throw refusal(dialogue, answer.errorType);
  }
  const infos = answer.replies.filter((reply) => reply.type === optionReply.info && reply.data.length >= 2);
  const dataOf = (type: number): Buffer | undefined =>
    infos.find((reply) => reply.data.readUInt16BE(0) === type)?.data.subarray(2);
  const facts = dataOf(infoType.export);
  if (facts?.length !== 10) throw protocolError('it does not tell the size of the export');
  const sizes = dataOf(infoType.blockSize);
  const hasSizes = sizes?.length === 12;
  return exportFacts(
    facts,
    hasSizes ? sizes.readUInt32BE(0) : 1,
    hasSizes ? sizes.readUInt32BE(8) : undefined,
  );
}

function exportFacts(facts: Buffer, minBlockBytes: number, maxBytes = defaultMaxRequestBytes): ExportFacts {
  const sizeBytes = Number(facts.readBigUInt64BE(0));
  const flags = facts.readUInt16BE(8);
  const isPowerOfTwo = minBlockBytes > 0 && (minBlockBytes & (minBlockBytes - 1)) === 0;
  if (
    !Number.isSafeInteger(sizeBytes) ||
    !isPowerOfTwo ||
    minBlockBytes > 65_536 ||
    maxBytes < minBlockBytes
  ) {
    throw protocolError(`an export of ${sizeBytes} bytes in blocks of ${minBlockBytes} to ${maxBytes}`);
  }
  return {
    sizeBytes,
    isReadOnly: (flags & transmissionFlag.readOnly) !== 0,
    canMultiConn: (flags & transmissionFlag.canMultiConn) !== 0,
    minBlockBytes,
    maxRequestBytes: Math.min(maxBytes, defaultMaxRequestBytes),
  };
}

/** NBD_OPT_EXPORT_NAME, for servers that know nothing newer. They close the connection on an unknown name. */
async function chooseTheOldWay(dialogue: Dialogue, hasNoZeroes: boolean): Promise<ExportFacts> {
  await sendOption(dialogue.socket, option.exportName, Buffer.from(dialogue.exportName));
  const facts = await dialogue.reader.read(10);
  const found = exportFacts(facts, 1);
  if (!hasNoZeroes) await dialogue.reader.skip(124);
  return found;
}

interface Answer {
  readonly isAcknowledged: boolean;
  readonly errorType: number;
  readonly replies: readonly OptionReply[];
}

/** Sends an option and gathers its replies up to the last. */
async function ask(dialogue: Dialogue, code: number, data: Buffer): Promise<Answer> {
  await sendOption(dialogue.socket, code, data);
  const replies: OptionReply[] = [];
  while (replies.length < maxReplies) {
    const header = await dialogue.reader.read(20);
    const lengthBytes = header.readUInt32BE(16);
    const isAnswer = header.readBigUInt64BE(0) === magic.optionReply && header.readUInt32BE(8) === code;
    if (!isAnswer || lengthBytes > maxReplyBytes) throw protocolError(`no proper answer to option ${code}`);
    const type = header.readUInt32BE(12);
    const payload = Buffer.from(await dialogue.reader.read(lengthBytes));
    if (type === optionReply.ack) return { isAcknowledged: true, errorType: 0, replies };
    if (type >= 0x80000000) return { isAcknowledged: false, errorType: type, replies };
    replies.push({ type, data: payload });
  }
  throw protocolError(`endless answers to option ${code}`);
}

async function sendOption(socket: Socket, code: number, data: Buffer): Promise<void> {
  const header = Buffer.allocUnsafe(16);
  header.writeBigUInt64BE(magic.option, 0);
  header.writeUInt32BE(code, 8);
  header.writeUInt32BE(data.length, 12);
  await writePieces(socket, [header, data]);
}

function refusal({ address, exportName }: Dialogue, errorType: number): Error {
  const name = describeAddress(address);
  if (errorType === optionReply.errorUnknown)
    return fail('NBD_EXPORT_UNKNOWN', { address: name, exportName });
  const reason = `it refuses the export (0x${errorType.toString(16)})`;
  return fail('NBD_UNREACHABLE', { address: name, reason });
}

function prefixed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}
