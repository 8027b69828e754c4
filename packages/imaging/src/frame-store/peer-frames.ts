import { fail } from '@carrel/contract/errors';
import { type AppError, isAppError } from '@carrel/kit';
import { damaged } from '../format/damaged.ts';
import type { ReadOptions } from '../repository/repository.ts';
import { coversRange } from './byte-runs.ts';
import type { CatalogFrame, FrameCatalog } from './frame-catalog.ts';
import type { FramePeer, PeerCircle, PeerPack } from './frame-peer.ts';
import type { FrameStore } from './frame-store.ts';
import { spanOf } from './origin-frames.ts';
import { pieceBytes, rankOwners } from './owners.ts';
import { type ArrivedFrame, splitFrames } from './split-frames.ts';

export interface PeerFramesOptions {
  readonly catalog: FrameCatalog;
  readonly store: FrameStore;
  readonly peers: PeerCircle;
  readonly onBadData: ((error: AppError) => void) | undefined;
  /** Aborted when the image is closed. */
  readonly signal: AbortSignal;
}

/** So many peers are asked about a piece, those most likely to hold it first. */
const maxAsked = 8;
/** An answer about what a peer does not hold counts for so long. */
const freshMs = 1_000;
const askPatienceMs = 700;
/** A part of a pack that a peer holds is a megabyte; one that it fetches comes through the office's line. */
const heldPatienceMs = 3_000;
const fetchPatienceMs = 15_000;

/** Peers tried for one thing before this computer does it itself. */
const maxTries = 2;

interface Answer extends PeerPack {
  readonly atMs: number;
}

/** Frames wanted, and those that came so far: always the first ones. */
interface Task {
  readonly packDigest: string;
  readonly frames: readonly CatalogFrame[];
  readonly found: ArrivedFrame[];
  readonly options: ReadOptions;
}

/** Brings frames from peers: from one that holds them, else from the one whose turn it is to fetch them. */
export class PeerFrames {
  requests = 0;
  bytesReceived = 0;
  readonly #options: PeerFramesOptions;
  readonly #answers = new WeakMap<FramePeer, Map<string, Answer>>();
  readonly #asking = new WeakMap<FramePeer, Map<string, Promise<void>>>();

  constructor(options: PeerFramesOptions) {
    this.#options = options;
  }

  /** Neighbouring frames of one piece, as many as peers give; verified. Resolves soon, also when no peer answers. */
  async bring(
    packDigest: string,
    frames: readonly CatalogFrame[],
    options: ReadOptions,
  ): Promise<readonly ArrivedFrame[]> {
    const { ownId } = this.#options.peers;
    const list = this.#options.peers.list();
    if (list.length === 0) return [];
    const piece = Math.floor(spanOf(frames).offsetBytes / pieceBytes);
    const ranking = rankOwners([ownId, ...list.map(({ id }) => id)], packDigest, piece);
    const asked = ranking.flatMap((id) => list.find((peer) => peer.id === id) ?? []).slice(0, maxAsked);
    const task: Task = { packDigest, frames, found: [], options };
    await this.#takeHeld(task, asked);
    if (restOf(task).length > 0) await this.#takeFetched(task, ranking, asked);
    return task.found;
  }

  /** From peers that hold frames now. When none is known they are asked, unless they were a moment ago. */
  async #takeHeld(task: Task, asked: readonly FramePeer[]): Promise<void> {
    let isAsked = false;
    for (let tries = 0; tries < maxTries && restOf(task).length > 0; tries += 1) {
      let best = this.#bestHolder(task, asked);
      if (!best && !isAsked) {
        await Promise.all(asked.map((peer) => this.#ask(peer, task)));
        isAsked = true;
        best = this.#bestHolder(task, asked);
      }
      if (!best) return;
      await this.#take(best.peer, task, restOf(task).slice(0, best.frames), false);
    }
  }

  /** From those whose turn it is to fetch the piece, unless it is this computer's. */
  async #takeFetched(task: Task, ranking: readonly string[], asked: readonly FramePeer[]): Promise<void> {
    let tries = 0;
    for (const id of ranking) {
      if (id === this.#options.peers.ownId || tries === maxTries || restOf(task).length === 0) return;
      const owner = asked.find((peer) => peer.id === id);
      if (!owner || this.#answer(owner, task)?.isFetching !== true) continue;
      tries += 1;
      await this.#take(owner, task, restOf(task), true);
    }
  }

  /** The peer known to hold most of what is wanted next; of several, any. */
  #bestHolder(task: Task, asked: readonly FramePeer[]) {
    const rest = restOf(task);
    let best: { peer: FramePeer; frames: number; lot: number } | undefined;
    for (const peer of asked) {
      const held = this.#answer(peer, task)?.held ?? [];
      const gap = rest.findIndex((frame) => !coversRange(held, frame));
      const frames = gap === -1 ? rest.length : gap;
      const lot = Math.random();
      if (frames > 0 && (!best || frames > best.frames || (frames === best.frames && lot > best.lot))) {
        best = { peer, frames, lot };
      }
    }
    return best;
  }

  #answer(peer: FramePeer, { packDigest }: Task): Answer | undefined {
    return this.#answers.get(peer)?.get(packDigest);
  }

  /** Asks a peer what it holds; several who want to know at once ask once. */
  async #ask(peer: FramePeer, task: Task): Promise<void> {
    const answer = this.#answer(peer, task);
    if (answer && performance.now() - answer.atMs < freshMs) return;
    const asking = entryOf(this.#asking, peer);
    const running = asking.get(task.packDigest) ?? this.#askNow(peer, task);
    asking.set(task.packDigest, running);
    try {
      await running;
    } finally {
      asking.delete(task.packDigest);
    }
  }

  async #askNow(peer: FramePeer, task: Task): Promise<void> {
    try {
      const said = await peer.ask(task.packDigest, this.#within(askPatienceMs));
      entryOf(this.#answers, peer).set(task.packDigest, { ...said, atMs: performance.now() });
    } catch (error) {
      this.#passOver(peer, task, error);
    }
  }

  async #take(
    peer: FramePeer,
    task: Task,
    frames: readonly CatalogFrame[],
    mayFetch: boolean,
  ): Promise<void> {
    const { peers, catalog, store } = this.#options;
    const { packDigest, options, found } = task;
    this.requests += 1;
    options.meter?.addRequest();
    const signal = this.#within(mayFetch ? fetchPatienceMs : heldPatienceMs, options.signal);
    const chunks = this.#counted(peer.read(packDigest, spanOf(frames), mayFetch, signal), options);
    const before = found.length;
    try {
      for await (const { frame, stored } of splitFrames(frames, chunks)) {
        const reason = catalog.whyNot(packDigest, frame, stored);
        if (reason !== undefined) {
          throw damaged(`Frame at byte ${frame.offsetBytes} of pack ${packDigest}`, peer.location, reason);
        }
        found.push({ frame, stored });
      }
      if (found.length - before === frames.length) peers.succeeded(peer);
      else this.#answers.get(peer)?.delete(packDigest);
    } catch (error) {
      options.signal?.throwIfAborted();
      this.#passOver(peer, task, error);
    }
    const sealed = found
      .slice(before)
      .map(({ frame, stored }) => ({ offsetBytes: frame.offsetBytes, stored }));
    await store.put(packDigest, catalog.keyId, sealed);
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>, { meter }: ReadOptions): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytesReceived += chunk.length;
      meter?.addBytes(chunk.length);
      yield chunk;
    }
  }

  /** A peer did not help; somebody else is asked. */
  #passOver(peer: FramePeer, { packDigest }: Task, error: unknown): void {
    const { peers, onBadData, signal } = this.#options;
    signal.throwIfAborted();
    this.#answers.get(peer)?.delete(packDigest);
    if (isAppError(error, 'IMAGE_DATA_MISSING')) return;
    if (isAppError(error, 'IMAGE_DATA_DAMAGED')) {
      peers.lied(peer, error);
      onBadData?.(error);
    } else if (isAppError(error)) {
      peers.failed(peer, error);
    } else if (error instanceof Error && error.name === 'TimeoutError') {
      peers.failed(peer, fail('PEER_UNREACHABLE', { peer: peer.location, reason: 'it is too slow' }, error));
    } else {
      throw error;
    }
  }

  #within(patienceMs: number, signal?: AbortSignal): AbortSignal {
    const signals = [this.#options.signal, AbortSignal.timeout(patienceMs)];
    return AbortSignal.any(signal ? [...signals, signal] : signals);
  }
}

function restOf({ frames, found }: Task): readonly CatalogFrame[] {
  return frames.slice(found.length);
}

function entryOf<Value>(map: WeakMap<FramePeer, Map<string, Value>>, peer: FramePeer): Map<string, Value> {
  const entry = map.get(peer) ?? new Map<string, Value>();
  map.set(peer, entry);
  return entry;
}
