import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { openWritableRepository, parseReference } from '@carrel/imaging';
import { expect, test } from 'vitest';
import { digestOf, imageManifest, imageManifestType } from './testing/push.ts';
import { startRepository } from './testing/start-repository.ts';

const bytes = randomBytes(6_000_000);
const digest = digestOf(bytes);

test('a push over a line that breaks goes on where it stopped', async () => {
  await using server = await startRepository();
  const breakAfterBytes = [2_000_000, 3_500_000];
  let sentBytes = 0;
  await using line = await lineTo(Number(new URL(server.origin).port), (count) => {
    sentBytes += count;
    return (
      sentBytes > (breakAfterBytes[0] ?? Number.POSITIVE_INFINITY) && breakAfterBytes.shift() !== undefined
    );
  });
  await using repository = openWritableRepository(parseReference(`${line.origin}/desk:1`), {
    credentials: { userName: 'publisher', password: 'secret-of-publisher' },
    random: () => 0,
  });
  const chunks = (): Uint8Array[] => [bytes.subarray(0, 2_500_000), bytes.subarray(2_500_000)];
  expect(await repository.writeBlob({ digest, sizeBytes: bytes.length, chunks })).toEqual({ isNew: true });
  expect(breakAfterBytes).toEqual([]);
  // What was under way when the line broke is lost, at most what the buffers on the way hold.
  expect(sentBytes).toBeLessThan(1.6 * bytes.length);
  const range = { offsetBytes: 1_900_000, lengthBytes: 2_000_000 };
  const read = Buffer.concat(await Array.fromAsync(repository.readBlob(digest, range)));
  expect(read.equals(bytes.subarray(1_900_000, 3_900_000))).toBe(true);
});

test('images are kept and given out as the client expects of any repository', async () => {
  await using server = await startRepository();
  await using repository = openWritableRepository(parseReference(`${server.origin}/desk:1`), {
    credentials: { userName: 'publisher', password: 'secret-of-publisher' },
    random: () => 0,
  });
  const config = Buffer.from('{}');
  const descriptor = { digest: digestOf(config), size: config.length };
  const stored = { digest: descriptor.digest, sizeBytes: config.length, chunks: () => [config] };
  const manifest = {
    bytes: Buffer.from(imageManifest([descriptor, descriptor])),
    mediaType: imageManifestType,
  };
  expect([await repository.listTags(), await repository.blobSize(descriptor.digest)]).toEqual([
    [],
    undefined,
  ]);
  await expect(repository.resolve('1')).rejects.toMatchObject({ code: 'IMAGE_NOT_IN_REPOSITORY' });
  await expect(repository.putManifest('1', manifest)).rejects.toMatchObject({
    code: 'REPOSITORY_ANSWER_UNEXPECTED',
  });
  const wrong = { ...stored, chunks: () => [Buffer.from('[]')] };
  await expect(repository.writeBlob(wrong)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
  expect(await repository.writeBlob(stored)).toEqual({ isNew: true });
  expect(await repository.writeBlob(stored)).toEqual({ isNew: false });
  const { digest: put } = await repository.putManifest('1', manifest);
  expect([put, (await repository.resolve('1')).digest]).toEqual([digestOf(manifest.bytes), put]);
  expect((await repository.resolve(put)).mediaType).toBe(imageManifestType);
  expect(await repository.listTags()).toEqual(['1']);
  const read = (of: string, lengthBytes: number) =>
    Array.fromAsync(repository.readBlob(of, { offsetBytes: 0, lengthBytes }));
  expect(Buffer.concat(await read(descriptor.digest, 2)).equals(config)).toBe(true);
  await expect(read(descriptor.digest, 3)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
  await expect(read(digest, 3)).rejects.toMatchObject({ code: 'IMAGE_DATA_MISSING' });
});

/** A line to a port of this computer that breaks when `breaks` says so of what just went that way. */
async function lineTo(port: number, breaks: (count: number) => boolean) {
  const line: Server = createServer((client) => {
    const to = connect(port, '127.0.0.1');
    client.on('data', (chunk) => {
      if (!breaks(chunk.length)) to.write(chunk);
      else {
        client.destroy();
        to.destroy();
      }
    });
    to.pipe(client);
    client.on('error', () => to.destroy()).on('close', () => to.destroy());
    to.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const address = line.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    [Symbol.asyncDispose]: async () => {
      line.close();
      await once(line, 'close');
    },
  };
}
