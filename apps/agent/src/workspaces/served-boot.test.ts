import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { type BootRun, connectNbd, createRateLimiter, formatRepositoryKey } from '@carrel/imaging';
import { systemClock } from '@carrel/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIndexCache } from '../images/index-cache.ts';
import { type PackedDisk, packDisk, repositoryKey } from '../images/testing/packed-disk.ts';
import { type ImageRequest, type ServedImage, serveImage } from './served-image.ts';

const mib = 1024 ** 2;
/** Two of the runs of the disk, in the order in which a boot reads them. */
const bootOffsets = [9 * mib, mib];
const runBytes = mib / 2;
const blockBytes = 4096;

let folder: string;
let disk: PackedDisk;
let web: Server;
/** Ranges of packs that were asked for. */
let asked: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-boot-'));
  const bootOrder = bootOffsets.map((offset): BootRun => [offset / blockBytes, runBytes / blockBytes]);
  disk = await packDisk(folder, 'disk', 1, bootOrder);
  asked = 0;
  web = createServer((request, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    readFile(join(folder, normalize(request.url ?? ''))).then(
      (bytes) => {
        if (from === undefined) return response.end(bytes);
        asked += 1;
        response.writeHead(206, { 'content-range': `bytes ${from}-${to ?? ''}/${bytes.length}` });
        return response.end(bytes.subarray(Number(from), Number(to) + 1));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  web.close();
  await rm(folder, { recursive: true });
});

function serve(): Promise<ServedImage> {
  const { port } = web.address() as AddressInfo;
  const unexpected = (error: unknown): never => {
    throw error;
  };
  const request: ImageRequest = {
    image: { ...disk.image, reference: `oci:http://127.0.0.1:${port}/layout:disk:1` },
    repositoryKey: formatRepositoryKey(repositoryKey),
    folder,
    socketPath: join(folder, 'image.sock'),
    useHostFiles: false,
    stagedFolder: null,
    limiter: createRateLimiter({ rate: [] }),
    onBadData: unexpected,
    onHeld: unexpected,
    onResumed: () => undefined,
    signal: new AbortController().signal,
  };
  return serveImage(request, {
    repository: {
      server: 'https://carrel.example',
      authority: '',
      authorize: () => Promise.resolve(undefined),
    },
    indexes: createIndexCache(join(folder, 'indexes')),
    openSeeds: () =>
      Promise.resolve({
        seeds: [],
        hostFiles: undefined,
        located: Promise.resolve(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    officePeers: { share: () => Promise.resolve(undefined) },
    clock: systemClock,
    onTrouble: (_what, error) => unexpected(error),
  });
}

it('gives a guest what its image says that a boot reads, asking for nothing any more', async () => {
  await using served = await serve();
  const opened = asked;
  await served.prefetchBoot();
  const loaded = asked;
  expect(loaded).toBeGreaterThan(opened);
  await using guest = await connectNbd({ socketPath: served.socketPath });
  const source = await readFile(disk.path);
  for (const offset of bootOffsets) {
    const read = Buffer.from(await guest.read(offset, runBytes));
    expect(read.equals(source.subarray(offset, offset + runBytes))).toBe(true);
  }
  expect(asked).toBe(loaded);
  await guest.read(5 * mib, blockBytes);
  expect(asked).toBeGreaterThan(loaded);
});
