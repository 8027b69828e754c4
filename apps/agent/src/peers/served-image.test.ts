import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { connectNbd, createRateLimiter, formatRepositoryKey } from '@carrel/imaging';
import { systemClock } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIndexCache } from '../images/index-cache.ts';
import type { LocalSeeds } from '../images/local-seeds.ts';
import type { Received } from '../images/received.ts';
import { type PackedDisk, packDisk, repositoryKey } from '../images/testing/packed-disk.ts';
import { type ImageRequest, serveImage } from '../workspaces/served-image.ts';
import { createOfficeSwitch, type OfficeSwitch } from './index.ts';
import { Permission } from './testing/permission.ts';

let folder: string;
let disk: PackedDisk;
let web: Server;
let permission: Permission;
let office: OfficeSwitch;
let ending: AbortController;
let running: Promise<void>;
let troubles: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-served-'));
  disk = await packDisk(folder, 'disk', 1);
  web = await serveFolder(folder);
  permission = new Permission({
    manifestDigest: disk.image.manifestDigest,
    keyId: repositoryKey.keyId,
    repositoryKey: formatRepositoryKey(repositoryKey),
    // No computer has an address there, so nobody is met.
    networks: ['203.0.113.0/24'],
  });
  troubles = [];
  office = createOfficeSwitch({
    folder: join(folder, 'peer-frames'),
    leases: permission,
    clock: systemClock,
    random: Math.random,
    onLied: (address) => troubles.push(address),
    onTrouble: (_what, error) => troubles.push(error),
  });
  permission.useOfficePeers = true;
  ending = new AbortController();
  const { signal } = ending;
  running = office.run(signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
});
afterEach(async () => {
  ending.abort();
  await running;
  web.close();
  await rm(folder, { recursive: true });
});

/** Ranges of files, as any web server gives them. */
async function serveFolder(root: string): Promise<Server> {
  const server = createServer((request, response) => {
    readFile(join(root, normalize(request.url ?? ''))).then(
      (bytes) => {
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
        if (from === undefined) return response.end(bytes);
        response.writeHead(206, { 'content-range': `bytes ${from}-${to ?? ''}/${bytes.length}` });
        return response.end(bytes.subarray(Number(from), Number(to) + 1));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Serves the image as a workspace does, reads all of it, and tells what came from where. */
async function readServed(): Promise<Received> {
  const { port } = web.address() as AddressInfo;
  const socketPath = join(folder, 'image.sock');
  const nothing = () => undefined;
  const request: ImageRequest = {
    image: { ...disk.image, reference: `oci:http://127.0.0.1:${port}/layout:disk:1` },
    repositoryKey: formatRepositoryKey(repositoryKey),
    folder,
    socketPath,
    useHostFiles: false,
    stagedFolder: null,
    limiter: createRateLimiter({ rate: [] }),
    onBadData: (error) => troubles.push(error),
    onHeld: (error) => troubles.push(error),
    onResumed: nothing,
    signal: new AbortController().signal,
  };
  const noSeeds: LocalSeeds = {
    seeds: [],
    hostFiles: undefined,
    located: Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  await using served = await serveImage(request, {
    repository: {
      server: 'https://carrel.example',
      authority: '',
      authorize: () => Promise.resolve(undefined),
    },
    indexes: createIndexCache(join(folder, 'indexes')),
    openSeeds: () => Promise.resolve(noSeeds),
    officePeers: office,
    clock: systemClock,
    onTrouble: (_what, error) => troubles.push(error),
  });
  await using reader = await connectNbd({ socketPath });
  const read = await reader.read(0, reader.sizeBytes);
  expect(Buffer.compare(read, await readFile(disk.path))).toBe(0);
  return served.received();
}

describe('an image that is served while its policy wants office peers', () => {
  it('keeps what it fetched for peers, says where it came from, and does not fetch it again', async () => {
    const first = await readServed();
    expect(first.repositoryBytes).toBeGreaterThan(0);
    expect(first.peersBytes).toBe(0);
    expect(office.status).toMatchObject({ state: 'on', addresses: [], peersSeen: 0 });
    const { storeBytes } = office.status;
    expect(storeBytes).toBeGreaterThan(0);
    expect(storeBytes).toBeLessThanOrEqual(first.repositoryBytes);
    const again = await readServed();
    expect(again.repositoryBytes).toBeLessThan(first.repositoryBytes - storeBytes + 1);
    expect(troubles).toEqual([]);
  });

  it('is served by itself when the policy wants them no more', async () => {
    await readServed();
    permission.useOfficePeers = false;
    const { repositoryBytes } = await readServed();
    expect(repositoryBytes).toBeGreaterThan(0);
    await expect.poll(() => office.status.state).toBe('off');
    expect(office.status.storeBytes).toBe(0);
    expect(troubles).toEqual([]);
  });
});
