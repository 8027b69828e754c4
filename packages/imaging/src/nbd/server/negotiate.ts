import type { Socket } from 'node:net';
import { fail } from '@carrel/contract/errors';
import {
  allocationContext,
  handshakeFlag,
  infoType,
  magic,
  option,
  optionReply,
} from '../protocol/constants.ts';
import {
  type ExportRequest,
  parseExportRequest,
  parseMetaContextRequest,
  parseName,
} from '../protocol/option-data.ts';
import type { SocketReader } from '../protocol/socket-reader.ts';
import { writePieces } from '../protocol/socket-writer.ts';
import { type ExportView, encodeExportInfo } from './export-view.ts';

/** What client and server agreed on. */
export interface Session {
  readonly isStructured: boolean;
  readonly hasAllocationContext: boolean;
}

/** The one metadata context this server knows. */
export const allocationContextId = 1;
const maxOptionBytes = 64 * 1024;

interface Dialogue {
  readonly socket: Socket;
  readonly reader: SocketReader;
  readonly view: ExportView;
  isStructured: boolean;
  hasAllocationContext: boolean;
  hasNoZeroes: boolean;
}

/** What an option leads to: more haggling, transmission, or the end. */
type Outcome = 'continue' | 'transmit' | 'end';

/**
 * The handshake (fixed newstyle). `undefined` when the client leaves without choosing an export.
 *
 * @throws {NBD_PROTOCOL} when the client does not speak it
 * @throws {ConnectionEnded}
 */
export async function negotiate(
  socket: Socket,
  reader: SocketReader,
  view: ExportView,
): Promise<Session | undefined> {
  const greeting = Buffer.allocUnsafe(18);
  greeting.writeBigUInt64BE(magic.init, 0);
  greeting.writeBigUInt64BE(magic.option, 8);
  greeting.writeUInt16BE(handshakeFlag.fixedNewstyle | handshakeFlag.noZeroes, 16);
  await writePieces(socket, [greeting]);

  const clientFlags = (await reader.read(4)).readUInt32BE(0);
  if ((clientFlags & ~(handshakeFlag.fixedNewstyle | handshakeFlag.noZeroes)) !== 0) {
    throw violation(`unknown handshake flags 0x${clientFlags.toString(16)}`);
  }
  const dialogue: Dialogue = {
    socket,
    reader,
    view,
    isStructured: false,
    hasAllocationContext: false,
    hasNoZeroes: (clientFlags & handshakeFlag.noZeroes) !== 0,
  };
  for (;;) {
    const outcome = await answerOption(dialogue);
    if (outcome === 'end') return undefined;
    if (outcome === 'transmit') return dialogue;
  }
}

async function answerOption(dialogue: Dialogue): Promise<Outcome> {
  const header = await dialogue.reader.read(16);
  if (header.readBigUInt64BE(0) !== magic.option) throw violation('an option without its magic number');
  const code = header.readUInt32BE(8);
  const lengthBytes = header.readUInt32BE(12);
  if (lengthBytes > maxOptionBytes) throw violation(`an option of ${lengthBytes} bytes`);
  const data = await dialogue.reader.read(lengthBytes);
  switch (code) {
    case option.exportName:
      return await answerExportName(dialogue, data);
    case option.abort:
      await reply(dialogue, code, optionReply.ack);
      return 'end';
    case option.list:
      return await answerList(dialogue, data);
    case option.info:
    case option.go:
      return await answerInfo(dialogue, code, parseExportRequest(data));
    case option.structuredReply:
      return await answerStructuredReply(dialogue, data);
    case option.listMetaContext:
    case option.setMetaContext:
      return await answerMetaContext(dialogue, code, data);
    default:
      return await reply(dialogue, code, optionReply.errorUnsupported);
  }
}

/** The oldest way to choose: it knows no error, only the end of the connection. */
async function answerExportName(dialogue: Dialogue, data: Buffer): Promise<Outcome> {
  const { view, socket, isStructured } = dialogue;
  if (parseName(data) !== view.exportName) throw violation('an export name that is not served');
  const padding = dialogue.hasNoZeroes ? [] : [Buffer.alloc(124)];
  await writePieces(socket, [encodeExportInfo(view, isStructured), ...padding]);
  return 'transmit';
}

async function answerList(dialogue: Dialogue, data: Buffer): Promise<Outcome> {
  if (data.length > 0) return await reply(dialogue, option.list, optionReply.errorInvalid);
  const name = Buffer.from(dialogue.view.exportName);
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(name.length, 0);
  await reply(dialogue, option.list, optionReply.server, Buffer.concat([length, name]));
  return await reply(dialogue, option.list, optionReply.ack);
}

async function answerInfo(
  dialogue: Dialogue,
  code: number,
  request: ExportRequest | undefined,
): Promise<Outcome> {
  const { view, isStructured } = dialogue;
  if (!request) return await reply(dialogue, code, optionReply.errorInvalid);
  if (request.exportName !== view.exportName) {
    return await reply(dialogue, code, optionReply.errorUnknown, Buffer.from('No such export.'));
  }
  await reply(
    dialogue,
    code,
    optionReply.info,
    withType(infoType.export, encodeExportInfo(view, isStructured)),
  );
  if (request.infoTypes.includes(infoType.name)) {
    const name = withType(infoType.name, Buffer.from(view.exportName));
    await reply(dialogue, code, optionReply.info, name);
  }
  if (request.infoTypes.includes(infoType.blockSize)) {
    const sizes = Buffer.allocUnsafe(12);
    sizes.writeUInt32BE(1, 0);
    sizes.writeUInt32BE(4096, 4);
    sizes.writeUInt32BE(view.limits.maxRequestBytes, 8);
    await reply(dialogue, code, optionReply.info, withType(infoType.blockSize, sizes));
  }
  await reply(dialogue, code, optionReply.ack);
  return code === option.go ? 'transmit' : 'continue';
}

async function answerStructuredReply(dialogue: Dialogue, data: Buffer): Promise<Outcome> {
  if (data.length > 0) return await reply(dialogue, option.structuredReply, optionReply.errorInvalid);
  dialogue.isStructured = true;
  return await reply(dialogue, option.structuredReply, optionReply.ack);
}

async function answerMetaContext(dialogue: Dialogue, code: number, data: Buffer): Promise<Outcome> {
  const request = parseMetaContextRequest(data);
  if (code === option.setMetaContext) dialogue.hasAllocationContext = false;
  if (!request || !dialogue.isStructured) return await reply(dialogue, code, optionReply.errorInvalid);
  if (request.exportName !== dialogue.view.exportName) {
    return await reply(dialogue, code, optionReply.errorUnknown, Buffer.from('No such export.'));
  }
  const isListing = code === option.listMetaContext;
  const isWanted = (query: string): boolean =>
    query === allocationContext || (isListing && query === 'base:');
  if (request.queries.some(isWanted) || (isListing && request.queries.length === 0)) {
    const id = Buffer.allocUnsafe(4);
    id.writeUInt32BE(allocationContextId, 0);
    const context = Buffer.concat([id, Buffer.from(allocationContext)]);
    await reply(dialogue, code, optionReply.metaContext, context);
    if (!isListing) dialogue.hasAllocationContext = true;
  }
  return await reply(dialogue, code, optionReply.ack);
}

function withType(type: number, payload: Buffer): Buffer {
  const head = Buffer.allocUnsafe(2);
  head.writeUInt16BE(type, 0);
  return Buffer.concat([head, payload]);
}

async function reply(
  dialogue: Dialogue,
  code: number,
  type: number,
  data: Buffer = Buffer.alloc(0),
): Promise<'continue'> {
  const header = Buffer.allocUnsafe(20);
  header.writeBigUInt64BE(magic.optionReply, 0);
  header.writeUInt32BE(code, 8);
  header.writeUInt32BE(type, 12);
  header.writeUInt32BE(data.length, 16);
  await writePieces(dialogue.socket, [header, data]);
  return 'continue';
}

function violation(reason: string): Error {
  return fail('NBD_PROTOCOL', { peer: 'client', reason });
}
