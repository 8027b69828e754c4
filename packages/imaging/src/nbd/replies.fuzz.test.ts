import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzRuns } from '../testing/fuzz-runs.ts';
import { outcomeOf } from '../testing/outcome.ts';
import { connectNbd, serveNbd } from './index.ts';
import { memoryDisk, patchyContent } from './testing/memory-disk.ts';
import { makeScratch } from './testing/scratch.ts';

const codes = ['NBD_PROTOCOL', 'NBD_UNREACHABLE', 'NBD_READ_FAILED', 'NBD_EXPORT_UNKNOWN'] as const;
const content = patchyContent(64 * 1024, 5);
const quietMs = 40;

/** What happens to the bytes of the server at a place among all that it sends. */
interface Tampering {
  readonly at: number;
  readonly kind: 'flip' | 'insert' | 'remove' | 'end';
  readonly bytes: Uint8Array;
}

/** Passes bytes on, tampering with those of the server; whoever then waits in vain is cut off. */
function tamperingProxy(target: string, tamperings: () => readonly Tampering[]) {
  return createServer((client) => {
    const server = connect(target);
    let sent = 0;
    let quiet: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(quiet);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    const watch = (socket: Socket, onData: (chunk: Buffer) => unknown): unknown =>
      socket.on('data', (chunk: Buffer) => {
        clearTimeout(quiet);
        if (tamperings().length > 0) quiet = setTimeout(end, quietMs);
        onData(chunk);
      });
    watch(client, (chunk) => server.write(chunk));
    watch(server, (chunk) => {
      const isEnding = tamperings().some(({ at, kind }) => kind === 'end' && at < sent + chunk.length);
      client.write(tampered(chunk, sent, tamperings()));
      sent += chunk.length;
      if (isEnding) client.end();
    });
  });
}

function tampered(chunk: Buffer, offset: number, tamperings: readonly Tampering[]): Buffer {
  let changed = Buffer.from(chunk);
  for (const { at, kind, bytes } of tamperings.toSorted((a, b) => b.at - a.at)) {
    const place = at - offset;
    if (place < 0 || place >= chunk.length) continue;
    const rest = changed.subarray(place);
    const flipped = Buffer.from(rest.map((byte, index) => byte ^ (bytes[index] ?? 0)));
    const end = {
      flip: flipped,
      insert: Buffer.concat([bytes, rest]),
      remove: rest.subarray(bytes.length),
      end: bytes,
    };
    changed = Buffer.concat([changed.subarray(0, place), end[kind]]);
  }
  return changed;
}

test('a server that goes wrong at any point of the conversation is an error with a code, not a hang', async () => {
  await using scratch = await makeScratch();
  await using server = await serveNbd({ disk: memoryDisk(content), socketPath: scratch.path('real') });
  let tamperings: readonly Tampering[] = [];
  const proxy = tamperingProxy(scratch.path('real'), () => tamperings);
  proxy.listen(scratch.path('proxy'));
  await once(proxy, 'listening');
  const converse = (): Promise<boolean | undefined> =>
    outcomeOf(async () => {
      await using disk = await connectNbd({ socketPath: scratch.path('proxy') });
      const parts = await Promise.all([disk.read(0, 5000), disk.read(30_000, 20_000)]);
      expect(parts.map((part) => part.length)).toEqual([5000, 20_000]);
      let end = 0;
      for await (const extent of disk.extents(0, disk.sizeBytes)) {
        expect(extent.offsetBytes).toBe(end);
        end += extent.lengthBytes;
      }
      expect(end).toBe(disk.sizeBytes);
      return true;
    }, codes);
  expect(await converse()).toBe(true);
  // Negotiation and the headers of replies lie at the start and around 5,000 and 25,000.
  const place = fc.oneof(fc.nat(400), fc.nat(6_000), fc.nat(27_000));
  const tampering = fc.record({
    at: place,
    kind: fc.constantFrom('flip', 'flip', 'insert', 'remove', 'end'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });
  const property = fc.asyncProperty(fc.array(tampering, { minLength: 1, maxLength: 2 }), async (made) => {
    tamperings = made;
    await converse();
  });
  await fc.assert(property, fuzzRuns(120));
  tamperings = [];
  expect(await converse()).toBe(true);
  expect(server.uri).toContain('nbd+unix');
  await new Promise((resolve) => proxy.close(resolve));
});
