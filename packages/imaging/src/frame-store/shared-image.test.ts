import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseTransferRate } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openImage } from '../image/open-image.ts';
import { createRateLimiter } from '../rate/index.ts';
import type { RateLimiter, RepositoryReader } from '../repository/repository.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { FramePeer, PeerCircle } from './frame-peer.ts';
import { FrameStore } from './frame-store.ts';
import { JoinedLimiter } from './joined-limiter.ts';
import { rankOwners } from './owners.ts';
import { type SharedImage, shareImage } from './shared-image.ts';

const disk = sampleBytes(12_000_000, 7);
let root: Awaited<ReturnType<typeof temporaryFolder>>;
let packs: { readonly digest: string; readonly size: number }[];
let computers = 0;

beforeAll(async () => {
  root = await temporaryFolder();
  const repository = layoutIn(root.path);
  await packBytes(repository, '1', disk);
  const manifest = JSON.parse(Buffer.from((await repository.resolve('1')).bytes).toString()) as {
    layers: { mediaType: string; digest: string; size: number }[];
  };
  packs = manifest.layers.filter(({ mediaType }) => mediaType.includes('.pack.'));
});
afterAll(() => root[Symbol.asyncDispose]());

const packedBytes = (): number => packs.reduce((sum, { size }) => sum + size, 0);

interface ReadAllOptions {
  readonly onBadData?: () => void;
  readonly limiter?: RateLimiter;
}

type Way = 'sound' | 'lying' | 'silent' | 'dying';

/** A computer with a store of its own, and itself as others see it. */
class Computer implements PeerCircle, AsyncDisposable {
  readonly ownId: string;
  readonly asPeer: FramePeer;
  readonly gaveUp: { peer: string; why: 'failed' | 'lied' }[] = [];
  originBytes = 0;
  neighbours: Computer[] = [];
  image: SharedImage | undefined;
  way: Way = 'sound';
  readonly #store: FrameStore;

  constructor(ownId: string, store: FrameStore) {
    this.ownId = ownId;
    this.#store = store;
    this.asPeer = {
      id: ownId,
      location: ownId,
      ask: async (pack, signal) => {
        if (this.way === 'silent') await never(signal);
        return { held: this.#store.held(pack), isFetching: this.image !== undefined };
      },
      read: (pack, range, mayFetch, signal) => this.#serve(pack, range, mayFetch, signal),
    };
  }

  static async start(): Promise<Computer> {
    computers += 1;
    const folder = join(root.path, `computer-${computers}`);
    return new Computer(`c${computers}`, await FrameStore.open({ folder, limitBytes: 1e9, reserveBytes: 0 }));
  }

  list(): readonly FramePeer[] {
    const givenUp = new Set(this.gaveUp.map(({ peer }) => peer));
    return this.neighbours.filter(({ ownId }) => !givenUp.has(ownId)).map(({ asPeer }) => asPeer);
  }

  succeeded(): void {
    // What this test looks at are failures.
  }

  failed(peer: FramePeer): void {
    this.gaveUp.push({ peer: peer.id, why: 'failed' });
  }

  lied(peer: FramePeer): void {
    this.gaveUp.push({ peer: peer.id, why: 'lied' });
  }

  async open(limiter?: RateLimiter): Promise<void> {
    const options = { tagOrDigest: '1', keys: testKeys };
    this.image = await shareImage({
      ...options,
      limiter,
      repository: this.#countingOrigin(),
      store: this.#store,
      peers: this,
    });
    this.originBytes = 0;
  }

  async readAll({ onBadData, limiter }: ReadAllOptions = {}): Promise<Uint8Array> {
    if (!this.image) throw new Error('not open');
    await using reader = await openImage({
      repository: layoutIn(root.path),
      tagOrDigest: '1',
      keys: testKeys,
      sources: [this.image.source],
      cacheBytes: 1_000_000,
      ...(onBadData && { onBadData }),
      ...(limiter && { limiter }),
    });
    const read = Buffer.alloc(disk.length);
    for (let at = 0; at < disk.length; at += 500_000) {
      read.set(await reader.read(at, Math.min(500_000, disk.length - at)), at);
    }
    return read;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.image?.[Symbol.asyncDispose]();
    await this.#store[Symbol.asyncDispose]();
  }

  #countingOrigin(): RepositoryReader {
    const layout = layoutIn(root.path);
    const count = (bytes: number): void => void (this.originBytes += bytes);
    return new Proxy(layout, {
      get: (target, name) =>
        name === 'readBlob'
          ? async function* (...asked: Parameters<RepositoryReader['readBlob']>) {
              const [, , options] = asked;
              for await (const chunk of layout.readBlob(...asked)) {
                await options?.limiter?.take(chunk.length, options.signal);
                count(chunk.length);
                yield chunk;
              }
            }
          : bound(target, name),
    });
  }

  async *#serve(
    ...[pack, range, mayFetch, signal]: Parameters<FramePeer['read']>
  ): AsyncGenerator<Uint8Array> {
    const held = await this.#store.read(pack, range);
    const isWhole = held.reduce((sum, { stored }) => sum + stored.length, 0) === range.lengthBytes;
    const frames = isWhole
      ? held.map(({ stored }) => Promise.resolve(stored))
      : mayFetch && (await this.image?.provide(pack, range));
    if (!frames) throw fail('IMAGE_DATA_MISSING', { what: 'Frames', source: this.ownId });
    for (const [at, frame] of frames.entries()) {
      const stored = Uint8Array.from(await frame);
      if (this.way === 'silent') await never(signal);
      if (this.way === 'dying' && at > 0)
        throw fail('PEER_UNREACHABLE', { peer: this.ownId, reason: 'gone' });
      if (this.way === 'lying' && at === 1) stored[5] = (stored[5] ?? 0) ^ 1;
      yield stored;
    }
  }
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Computers that see each other. */
async function office(count: number): Promise<{ readonly computers: readonly Computer[] } & AsyncDisposable> {
  const all: Computer[] = [];
  for (let at = 0; at < count; at += 1) all.push(await Computer.start());
  for (const each of all) each.neighbours = all.filter((other) => other !== each);
  const dispose = async (): Promise<void> => {
    for (const each of all) await each[Symbol.asyncDispose]();
  };
  return { computers: all, [Symbol.asyncDispose]: dispose };
}

describe('an image shared in an office', () => {
  it('comes from the repository once, however many read it at the same time', async () => {
    await using here = await office(4);
    await Promise.all(here.computers.map((each) => each.open()));
    const read = await Promise.all(here.computers.map((each) => each.readAll()));
    for (const bytes of read) expect(Buffer.compare(bytes, disk)).toBe(0);
    const originBytes = here.computers.map((each) => each.originBytes);
    expect(originBytes.reduce((sum, bytes) => sum + bytes, 0)).toBe(packedBytes());
    // Several fetched a share.
    expect(originBytes.filter((bytes) => bytes > 0).length).toBeGreaterThan(1);
    for (const { image } of here.computers) {
      const { bytesFromPeers, bytesFromOrigin } = image?.counters() ?? {};
      expect(bytesFromPeers).toBeGreaterThan(0);
      expect(bytesFromOrigin).toBeLessThan(packedBytes());
    }
  });

  it('is taken whole from a computer that has it but fetches no more', async () => {
    await using here = await office(2);
    const [first, second] = here.computers;
    if (!first || !second) throw new Error('no office');
    await first.open();
    await first.readAll();
    await first.image?.[Symbol.asyncDispose]();
    first.image = undefined;
    await second.open();
    expect(Buffer.compare(await second.readAll(), disk)).toBe(0);
    expect(second.originBytes).toBe(0);
    expect(second.image?.counters().bytesFromPeers).toBe(packedBytes());
    // Again: now it lies here.
    expect(Buffer.compare(await second.readAll(), disk)).toBe(0);
    expect(second.image?.counters().bytesFromPeers).toBe(packedBytes());
  });

  it.each([
    ['lying', 'lied'],
    ['silent', 'failed'],
    ['dying', 'failed'],
  ] as const)('is right beside a %s peer, which is given up', async (way, why) => {
    await using here = await office(3);
    await Promise.all(here.computers.map((each) => each.open()));
    const [first, second, bad] = here.computers;
    if (!first || !second || !bad) throw new Error('no office');
    bad.way = way;
    const told: string[] = [];
    const read = await Promise.all(
      [first, second].map((each) => each.readAll({ onBadData: () => told.push(each.ownId) })),
    );
    for (const bytes of read) expect(Buffer.compare(bytes, disk)).toBe(0);
    const everyone = [...first.gaveUp, ...second.gaveUp];
    expect(everyone.length).toBeGreaterThan(0);
    for (const each of everyone) expect(each).toEqual({ peer: bad.ownId, why });
    // The reader never saw a wrong byte.
    expect(told).toEqual([]);
  });

  it('keeps what was fetched past it, and has nothing of other images', async () => {
    await using here = await office(1);
    const [only] = here.computers;
    if (!only) throw new Error('no office');
    await only.open();
    const { image } = only;
    if (!image) throw new Error('not open');
    expect(image.has(packs[0]?.digest ?? '')).toBe(true);
    expect(image.has(`sha256:${'0'.repeat(64)}`)).toBe(false);
    expect(await image.provide(packs[0]?.digest ?? '', { offsetBytes: 1, lengthBytes: 100 })).toBeUndefined();
    {
      await using reader = await openImage({
        repository: layoutIn(root.path),
        tagOrDigest: '1',
        keys: testKeys,
        onFrame: (frame) => image.keep(frame),
      });
      await reader.read(0, 1_000_000);
    }
    await expect
      .poll(() => only.asPeer.ask(packs[0]?.digest ?? '', new AbortController().signal))
      .toMatchObject({
        held: [{ offsetBytes: 0 }],
      });
  });
});

describe('a transfer that several wait for', () => {
  it('goes on as soon as one of them lets it', async () => {
    const held = createRateLimiter({ rate: parseTransferRate('off') ?? [] });
    const background: RateLimiter = { take: (count, signal) => held.take(count, signal, 'background') };
    const demand: RateLimiter = { take: (count, signal) => held.take(count, signal, 'demand') };
    const joined = new JoinedLimiter();
    joined.join(background);
    const taking = joined.take(1_000);
    const waited = await Promise.race([taking.then(() => 'taken'), sleep(50).then(() => 'held')]);
    expect(waited).toBe('held');
    joined.join(demand);
    await taking;
    await joined.take(1_000);
    // Who let it go on has gone; the other one is asked again.
    const open = createRateLimiter({ rate: [] });
    const gone = new AbortController();
    const passing = new JoinedLimiter();
    passing.join({
      take: (count) => (gone.signal.aborted ? Promise.reject(new Error('gone')) : open.take(count)),
    });
    passing.join({ take: (count, signal) => sleep(20).then(() => open.take(count, signal)) });
    await passing.take(1_000);
    gone.abort();
    await passing.take(1_000);
    const stop = new AbortController();
    const alone = new JoinedLimiter();
    alone.join({ take: (count) => held.take(count) });
    const ending = alone.take(1_000, stop.signal);
    stop.abort();
    await expect(ending).rejects.toThrow();
  });

  it('flows for a guest here when it was begun for a peer and is held', async () => {
    const off = createRateLimiter({ rate: parseTransferRate('off') ?? [] });
    const limiter: RateLimiter = {
      take: (count, signal, urgency = 'demand') => off.take(count, signal, urgency),
    };
    await using here = await office(1);
    const [only] = here.computers;
    if (!only) throw new Error('no office');
    await only.open(limiter);
    const [pack] = packs;
    const range = { offsetBytes: 0, lengthBytes: pack?.size ?? 0 };
    const [first] = (await only.image?.provide(pack?.digest ?? '', range)) ?? [];
    expect(await Promise.race([first, sleep(50).then(() => 'held')])).toBe('held');
    expect(Buffer.compare(await only.readAll({ limiter }), disk)).toBe(0);
    expect(await first).toBeInstanceOf(Uint8Array);
  });
});

describe('owners', () => {
  it('are the same for everybody, spread evenly, and hardly move when one leaves', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const ownerOf = (known: readonly string[], piece: number) => rankOwners(known, 'sha256:1', piece)[0];
    const counts = new Map<string, number>();
    for (let piece = 0; piece < 400; piece += 1) {
      const owner = ownerOf(ids, piece) ?? '';
      expect(ownerOf(ids.toReversed(), piece)).toBe(owner);
      if (owner !== 'd') expect(ownerOf(['a', 'b', 'c'], piece)).toBe(owner);
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    for (const id of ids) expect(counts.get(id)).toBeGreaterThan(60);
  });
});
