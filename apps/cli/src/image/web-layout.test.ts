import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImageFolder, errorCode, type ImageFolder, lastJson } from '../testing/image-folder.ts';

let at: ImageFolder;
beforeAll(async () => {
  at = await createImageFolder();
}, 120_000);
afterAll(() => at[Symbol.asyncDispose]());

/** Gives out the files of a folder, with or without ranges. */
async function serveFolder(folder: string, hasRanges: boolean) {
  const server = createServer((request, response) => {
    void (async () => {
      const path = join(folder, new URL(request.url ?? '/', 'http://x').pathname);
      const size = await stat(path).then(
        (found) => found.size,
        () => undefined,
      );
      const asked = hasRanges ? /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') : null;
      if (size === undefined) response.writeHead(404).end();
      else if (asked === null) {
        response.writeHead(200, { 'content-length': size });
        createReadStream(path).pipe(response);
      } else {
        const [start, end] = [Number(asked[1]), Number(asked[2])];
        response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${size}` });
        createReadStream(path, { start, end }).pipe(response);
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    reference: `oci:http://127.0.0.1:${(server.address() as AddressInfo).port}/layout:disk:1`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('an image in a folder on a web server', () => {
  it.each([
    ['with ranges', true],
    ['without ranges', false],
  ])('%s is fetched and verified', async (name, hasRanges) => {
    await using web = await serveFolder(at.folder, hasRanges);
    const output = join(at.folder, `${name}.raw`);
    const fetched = await at.carrel('image', 'fetch', web.reference, '-o', output, '--json');
    expect(fetched.exitCode).toBe(0);
    await at.assertSameDisk(output);
    expect(lastJson(fetched)['bytesDownloaded']).toBeLessThan(7 * 1024 ** 2);
    expect((await at.carrel('image', 'verify', web.reference)).exitCode).toBe(0);
  });

  it('is not written to', async () => {
    await using web = await serveFolder(at.folder, true);
    const packed = await at.carrel('image', 'pack', at.disk, '--to', web.reference, '--json');
    expect([packed.exitCode, errorCode(packed)]).toEqual([2, 'REPOSITORY_READ_ONLY']);
  });
});
