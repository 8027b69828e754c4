import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectNbd, type NbdTrouble, serveNbd } from './index.ts';
import { command, magic, option, optionReply } from './protocol/constants.ts';
import { parseExportRequest, parseMetaContextRequest } from './protocol/option-data.ts';
import { encodeRequest, parseRequest } from './protocol/request.ts';
import { memoryDisk, patchyContent } from './testing/memory-disk.ts';
import { sendRaw } from './testing/raw-client.ts';
import { makeScratch } from './testing/scratch.ts';

/** Machines that run tests are busy. */
const patiently = { timeout: 20_000 };

const content = patchyContent(256 * 1024, 11);

function optionBytes(code: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(16);
  header.writeBigUInt64BE(magic.option, 0);
  header.writeUInt32BE(code, 8);
  header.writeUInt32BE(data.length, 12);
  return Buffer.concat([header, data]);
}

const clientFlags = Buffer.from([0, 0, 0, 3]);
const goToDefault = optionBytes(option.go, Buffer.alloc(6));
const read = (offsetBytes: number, lengthBytes: number, code: number = command.read, flags = 0): Buffer =>
  encodeRequest({ flags, command: code, cookie: 7n, offsetBytes, lengthBytes });

/** A conversation that is valid as a whole. */
const transcript = Buffer.concat([
  clientFlags,
  optionBytes(option.structuredReply),
  goToDefault,
  read(0, 4096),
  read(100_000, 50_000),
  read(0, 1, command.disconnect),
]);

/** The NBD error numbers of all simple replies after the handshake. */
function simpleErrors(said: Buffer): number[] {
  const errors: number[] = [];
  const mark = Buffer.alloc(4);
  mark.writeUInt32BE(magic.simpleReply, 0);
  for (let at = said.indexOf(mark); at >= 0; at = said.indexOf(mark, at + 16))
    errors.push(said.readUInt32BE(at + 4));
  return errors;
}

describe('a client that misbehaves', () => {
  test('never stops the server, whatever bytes it sends', async () => {
    await using scratch = await makeScratch();
    const socketPath = scratch.path('s');
    await using server = await serveNbd({ disk: memoryDisk(content), socketPath });
    await using honest = await connectNbd({ socketPath });
    const mutated = fc
      .tuple(fc.nat(transcript.length - 1), fc.uint8Array({ minLength: 1, maxLength: 24 }), fc.boolean())
      .map(([at, bytes, isCut]) => {
        const changed = Buffer.concat([
          transcript.subarray(0, at),
          bytes,
          transcript.subarray(at + bytes.length),
        ]);
        return isCut ? changed.subarray(0, at + bytes.length) : changed;
      });
    const garbage = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
    const afterHandshake = garbage.map((bytes) => Buffer.concat([clientFlags, goToDefault, bytes]));
    const property = fc.asyncProperty(fc.oneof(mutated, garbage, afterHandshake), async (bytes) => {
      await sendRaw(socketPath, bytes);
      expect(Buffer.compare(await honest.read(0, content.length), content)).toBe(0);
    });
    await fc.assert(property, { numRuns: 400 });
    await expect.poll(() => server.connectionCount, patiently).toBe(1);
  });

  test('loses its connection when it breaks the protocol, and that is told', async () => {
    await using scratch = await makeScratch();
    const told: [string, NbdTrouble['kind']][] = [];
    await using server = await serveNbd({
      disk: memoryDisk(content),
      socketPath: scratch.path('s'),
      onError: (error, trouble) => told.push([(error as Error).message, trouble.kind]),
    });
    const breaches = [
      Buffer.from([0xff, 0, 0, 3]),
      Buffer.concat([clientFlags, Buffer.alloc(16, 0x41)]),
      Buffer.concat([clientFlags, optionBytes(option.list).fill(0xff, 12)]),
      Buffer.concat([clientFlags, optionBytes(option.exportName, Buffer.from('no such'))]),
      Buffer.concat([clientFlags, goToDefault, Buffer.alloc(28, 0x42)]),
    ];
    for (const bytes of breaches) {
      // Not ended by us: only the server can end it.
      const socket = connect(scratch.path('s'));
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(bytes);
      await once(socket, 'close');
    }
    expect(server.uri).toContain('nbd+unix');
    expect(told).toHaveLength(breaches.length);
    for (const [message, kind] of told) {
      expect(kind).toBe('client');
      expect(message).toContain('The NBD client sent something the protocol does not allow');
    }
  });

  test('cannot read past the end, write, or ask for more than allowed', async () => {
    await using scratch = await makeScratch();
    await using server = await serveNbd({
      disk: memoryDisk(content),
      socketPath: scratch.path('s'),
      limits: { maxRequestBytes: 65_536 },
    });
    const requests = [
      read(content.length, 1),
      read(content.length - 10, 11),
      read(2 ** 53, 4096),
      read(0, 0),
      read(0, 65_537),
      read(0, 10, command.read, 1),
      read(0, 4096, command.blockStatus),
      read(0, 4096, 99),
      Buffer.concat([read(0, 5000, command.write), Buffer.alloc(5000, 0x67)]),
      read(0, 5000, command.trim),
      read(0, 0, command.flush),
      read(0, 1),
    ];
    const bytes = Buffer.concat([clientFlags, goToDefault, ...requests]);
    const socket = connect(scratch.path('s'));
    const said: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => said.push(chunk));
    socket.write(bytes);
    await expect.poll(() => simpleErrors(Buffer.concat(said)).length, patiently).toBe(requests.length);
    expect(simpleErrors(Buffer.concat(said)).toSorted((a, b) => a - b)).toEqual([
      ...[0, 0, 1, 1],
      ...Array.from({ length: 8 }, () => 22),
    ]);
    socket.destroy();
    expect(server.heldCount).toBe(0);
  });

  test('that never chooses an export is cut off in time', async () => {
    await using scratch = await makeScratch();
    const limits = { handshakeTimeoutMs: 50 };
    await using server = await serveNbd({ disk: memoryDisk(content), socketPath: scratch.path('s'), limits });
    const idle = connect(scratch.path('s'));
    idle.resume();
    await once(idle, 'close');
    await expect.poll(() => server.connectionCount, patiently).toBe(0);
  });

  test('beyond the number allowed is turned away, and the others are not', async () => {
    await using scratch = await makeScratch();
    const socketPath = scratch.path('s');
    const limits = { maxConnections: 1 };
    await using server = await serveNbd({ disk: memoryDisk(content), socketPath, limits });
    await using honest = await connectNbd({ socketPath });
    await expect(connectNbd({ socketPath })).rejects.toMatchObject({ code: 'NBD_UNREACHABLE' });
    expect(server.connectionCount).toBe(1);
    expect(Buffer.compare(await honest.read(0, 512), content.subarray(0, 512))).toBe(0);
  });

  test('that goes away while its requests are held leaves nothing behind', async () => {
    await using scratch = await makeScratch();
    const disk = memoryDisk(
      content,
      (_, __, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
    );
    await using server = await serveNbd({ disk, socketPath: scratch.path('s') });
    const data = content.findIndex((byte) => byte !== 0);
    const bytes = Buffer.concat([clientFlags, goToDefault, read(data, 1), read(data, 1)]);
    await sendRaw(scratch.path('s'), bytes);
    await expect.poll(() => server.connectionCount, patiently).toBe(0);
  });
});

describe('the parsers', () => {
  test('a request is what was encoded', () => {
    const request = fc.record({
      flags: fc.nat(0xffff),
      command: fc.nat(0xffff),
      cookie: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      offsetBytes: fc.maxSafeNat(),
      lengthBytes: fc.nat(0xffffffff),
    });
    fc.assert(
      fc.property(request, (made) => {
        expect(parseRequest(encodeRequest(made))).toEqual(made);
      }),
    );
  });

  test('option data is parsed exactly or not at all', () => {
    const prefixed = (text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text), 0);
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const name = fc.string({ unit: 'grapheme', maxLength: 50 }).filter((text) => !text.includes('\0'));
    const property = fc.property(name, fc.array(name, { maxLength: 5 }), (exportName, queries) => {
      const count = Buffer.alloc(4);
      count.writeUInt32BE(queries.length, 0);
      const data = Buffer.concat([prefixed(exportName), count, ...queries.map(prefixed)]);
      expect(parseMetaContextRequest(data)).toEqual({ exportName, queries });
      expect(parseMetaContextRequest(Buffer.concat([data, Buffer.alloc(1)]))).toBeUndefined();
      expect(parseMetaContextRequest(data.subarray(0, -1))).toBeUndefined();
    });
    fc.assert(property);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const parsed = parseExportRequest(Buffer.from(bytes));
        if (parsed) {
          expect(6 + Buffer.byteLength(parsed.exportName) + 2 * parsed.infoTypes.length).toBe(bytes.length);
        }
      }),
    );
    expect(optionReply.ack).toBe(1);
  });
});

describe('a server that misbehaves', () => {
  test('makes the client fail with a code, never hang or return wrong bytes', async () => {
    await using scratch = await makeScratch();
    const socketPath = scratch.path('evil');
    let answer = Buffer.alloc(0);
    await using server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end(answer);
    }).listen(socketPath);
    await once(server, 'listening');
    const greeting = Buffer.alloc(18);
    greeting.writeBigUInt64BE(magic.init, 0);
    greeting.writeBigUInt64BE(magic.option, 8);
    greeting.writeUInt16BE(3, 16);
    const property = fc.asyncProperty(
      fc.boolean(),
      fc.uint8Array({ maxLength: 400 }),
      async (isGreeting, bytes) => {
        answer = Buffer.concat(isGreeting ? [greeting, bytes] : [bytes]);
        const connecting = connectNbd({ socketPath });
        await expect(connecting).rejects.toMatchObject({
          code: expect.stringMatching(/^NBD_(PROTOCOL|UNREACHABLE)$/) as string,
        });
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
