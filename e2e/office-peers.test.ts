import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createRepositoryKey,
  FrameStore,
  formatRepositoryKey,
  openImage,
  shareImage,
  singleKey,
} from '../packages/imaging/src/index.ts';
import { sampleBytes } from '../packages/imaging/src/testing/memory-disk.ts';
import { layoutIn, packBytes } from '../packages/imaging/src/testing/packed-image.ts';
import { OfficeComputer } from './office-peers/office-computer.ts';
import { buildOffice, type OfficeNetwork, whyNoNamespaces } from './office-peers/office-network.ts';

// Network namespaces are the computers of an office whose line is slow.
const whyNot = await whyNoNamespaces();
const title = whyNot === undefined ? 'an office' : `an office (skipped: ${whyNot})`;

const key = createRepositoryKey();
const disk = sampleBytes(16_000_000, 5);
const diskHash = createHash('sha256').update(disk).digest('hex');
let folder = '';
let packedBytes = 0;
let manifestDigest = '';
let packDigest = '';
/** A frame store that holds the whole image. */
let fullStore = '';
let network: OfficeNetwork;
let computers = 0;

const manifestSchema = z.object({ layers: z.array(z.object({ mediaType: z.string(), digest: z.string() })) });

beforeAll(async () => {
  if (whyNot !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'carrel-office-'));
  const layout = layoutIn(folder);
  ({ storedBytes: packedBytes, digest: manifestDigest } = await packBytes(layout, '1', disk, singleKey(key)));
  const { layers } = manifestSchema.parse(
    JSON.parse(Buffer.from((await layout.resolve('1')).bytes).toString()),
  );
  packDigest = layers.find(({ mediaType }) => mediaType.includes('.pack.'))?.digest ?? '';
  fullStore = join(folder, 'full-store');
  await fillStore();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fillStore(): Promise<void> {
  await using store = await FrameStore.open({ folder: fullStore, limitBytes: 1e9, reserveBytes: 0 });
  const location = { repository: layoutIn(folder), tagOrDigest: '1', keys: singleKey(key) };
  const nobody = () => undefined;
  const peers = { ownId: 'a', list: () => [], succeeded: nobody, failed: nobody, lied: nobody };
  await using shared = await shareImage({ ...location, store, peers });
  await using reader = await openImage({ ...location, sources: [shared.source] });
  await reader.read(0, disk.length);
}

/** Starts a computer that may share the image, from a store that is empty unless one is named. */
async function start(computer: number, store?: string, networks = ['10.90.0.0/24']): Promise<OfficeComputer> {
  computers += 1;
  const started = await OfficeComputer.start(network, computer, 'computer.ts', {
    folder: store ?? join(folder, `store-${computers}`),
    reference: `oci:${network.origin}/layout:disk:1`,
    manifestDigest,
    key: formatRepositoryKey(key),
    networks,
  });
  await started.set('on');
  return started;
}

async function startAll(count: number): Promise<OfficeComputer[]> {
  const all = await Promise.all(Array.from({ length: count }, (_, at) => start(at)));
  await Promise.all(all.map((each) => each.untilSeen(count - 1)));
  return all;
}

function startLiar(computer: number): Promise<OfficeComputer> {
  const options = { folder: fullStore, key: formatRepositoryKey(key) };
  return OfficeComputer.start(network, computer, 'lying-computer.ts', options);
}

describe.skipIf(whyNot !== undefined)(title, () => {
  beforeEach(async () => {
    network = await buildOffice({ computers: 3, folder, webFolder: folder, lineRate: '60mbit' });
  });
  afterEach(() => network[Symbol.asyncDispose]());

  it('takes one copy over its line when three computers fetch at once', async () => {
    const all = await startAll(3);
    const before = await network.lineBytes();
    const results = await Promise.all(all.map((each) => each.read()));
    const copies = ((await network.lineBytes()) - before) / packedBytes;
    for (const result of results) {
      expect(result).toMatchObject({ sha256: diskHash, bad: [], lied: [] });
      expect(result.bytesFromPeers).toBeGreaterThan(0);
    }
    expect(copies).toBeGreaterThan(0.9);
    expect(copies).toBeLessThan(1.3);
  });

  it('takes next to nothing over its line when one computer has the image', async () => {
    const [holder, newcomer] = await Promise.all([start(0, fullStore), start(1)]);
    await newcomer.untilSeen(1);
    const before = await network.lineBytes();
    const result = await newcomer.read();
    expect(result).toMatchObject({ sha256: diskHash, bytesFromOrigin: 0, bad: [], lied: [] });
    expect(((await network.lineBytes()) - before) / packedBytes).toBeLessThan(0.05);
    expect((await holder.status()).sentBytes).toBe(result.bytesFromPeers);
  });

  it('works on IPv6 alone', async () => {
    const [, newcomer] = await Promise.all([
      start(0, fullStore, ['fd90::/64']),
      start(1, undefined, ['fd90::/64']),
    ]);
    expect(await network.run(1, 'ss', ['--no-header', '-lntu'])).toContain('[fd90::12]:47600');
    await newcomer.untilSeen(1);
    expect(await newcomer.read()).toMatchObject({ sha256: diskHash, bytesFromOrigin: 0 });
  });

  it('uses nothing of a computer that gives other data, and asks it no more', async () => {
    const liar = await startLiar(2);
    const honest = await start(0);
    await honest.untilSeen(1);
    const result = await honest.read();
    expect(result).toMatchObject({ sha256: diskHash, bad: [], lied: [network.addressOf(2)] });
    const { peersSeen, peersBanned } = await honest.status();
    expect([peersSeen, peersBanned]).toEqual([0, 1]);
    // One piece was enough to know.
    expect((await liar.status()).sentBytes).toBeLessThan(0.5 * packedBytes);
  });

  it('goes on when one of its computers loses power in the middle', async () => {
    const [first, second, third] = await startAll(3);
    if (!first || !second || !third) throw new Error('no office');
    const inTheMiddle = Promise.withResolvers<number>();
    const last = third.read((readBytes) => {
      if (readBytes > disk.length / 4) inTheMiddle.resolve(readBytes);
    });
    last.catch(() => undefined);
    const results = [first, second].map((each) => each.read());
    await inTheMiddle.promise;
    await third.kill();
    for (const result of await Promise.all(results)) {
      expect(result).toMatchObject({ sha256: diskHash, bad: [], lied: [] });
    }
    await expect(last).rejects.toThrow();
  });

  it('tells nothing to who does not hold the key', async () => {
    const holder = await start(0, fullStore);
    const program = join(import.meta.dirname, 'office-peers', 'stranger.ts');
    const told = JSON.parse(await network.run(1, process.execPath, [program, packDigest])) as object;
    expect(told).toEqual({
      seen: 47_600,
      withOtherKey: ['PEER_UNREACHABLE', 'PEER_UNREACHABLE', 'PEER_UNREACHABLE'],
      withoutKey: 'refused',
    });
    expect((await holder.status()).sentBytes).toBe(0);
  });

  it('has no socket, no announcement and no store where the policy does not want it', async () => {
    const sockets = async (): Promise<string> => network.run(0, 'ss', ['--no-header', '-lntu']);
    const store = join(folder, 'switched-store');
    const [changing, other] = await Promise.all([start(0, store), start(1)]);
    await other.untilSeen(1);
    expect(await sockets()).toContain('10.90.0.11:47600');
    expect(await sockets()).toContain(':5353');
    await changing.set('off');
    expect(await sockets()).toBe('');
    await expect.poll(() => other.status()).toMatchObject({ peersSeen: 0 });
    await expect.poll(() => existsSync(store)).toBe(false);
    // It can still fetch the image, by itself.
    expect(await changing.read()).toMatchObject({ sha256: diskHash, bytesFromPeers: 0 });
    expect((await other.status()).sentBytes).toBe(0);
  });
});
