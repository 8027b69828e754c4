import { fail } from '@carrel/contract';
import type { StreamJob, StreamOutcome, StreamProgress } from '@carrel/hypervisor';
import type { RateLimiter } from '@carrel/imaging';
import { type AppError, type Clock, isAppError } from '@carrel/kit';
import {
  addReceived,
  downloadedBytes,
  foundBytes,
  nothingReceived,
  type Received,
} from '../images/received.ts';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import { isStoreFull } from '../store/atomic-file.ts';
import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';
import { StreamPacer } from '../transfers/stream-pace.ts';
import type { Transfers } from '../transfers/transfers.ts';
import type { ImageRequest, ServedImage } from './served-image.ts';
import type { WorkspaceFiles } from './workspace-files.ts';
import type { BaseRecord } from './workspace-record.ts';
import type { WorkspaceState } from './workspace-state.ts';

/** What of an image is needed to open it, from a lease or from a base begun under one. */
export type ImageTicket = Pick<BaseRecord, 'source' | 'sealedKeys'>;

export interface ImageControlParts {
  readonly files: WorkspaceFiles;
  readonly state: WorkspaceState;
  readonly leases: Pick<LeaseKeeper, 'openKeys'>;
  /** Opens an image and serves it to QEMU. */
  readonly serveImage: (request: ImageRequest) => Promise<ServedImage>;
  readonly transfers: Pick<Transfers, 'limiter' | 'allowance'>;
  readonly events: Pick<EventQueue, 'record'>;
  /** What is done in it is on disk together or not at all. */
  readonly transaction: AgentDatabase['transaction'];
  readonly clock: Clock;
  /** Something happened that may need a new step. */
  readonly onChange: () => void;
  /** A job ended, or stands still, before the image was whole; nobody asked it to. */
  readonly onInterrupted: () => void;
  readonly onUnexpected: (error: unknown) => void;
}

interface Served {
  readonly image: string;
  readonly nbd: ServedImage;
  /** What was counted into the base already. */
  counted: Received;
}

interface Stream {
  readonly by: 'guest' | 'storage-daemon';
  readonly job: StreamJob;
  readonly end: () => Promise<void>;
  readonly pacer: StreamPacer;
}

const progressIntervalMs = 1_000;
const pollsBetweenTries = 30;
/** Room may be made any moment, and looking for it costs nothing. */
const pollsBetweenTriesForRoom = 5;

/** The image of one workspace: serves it to QEMU, follows the job that brings it here, and says when it is whole. */
export class ImageControl {
  readonly #parts: ImageControlParts;
  #served: Served | undefined;
  #stream: Stream | undefined;
  #dataProblem: AppError | undefined;
  #heldBy: AppError | undefined;
  #failingPolls = 0;
  #streamProblem: AppError | undefined;
  /** How far the stream was when it last was in trouble. */
  #troubleAtBytes = -1;

  constructor(parts: ImageControlParts) {
    this.#parts = parts;
  }

  /** Manifest digest of what is being served. */
  get served(): string | undefined {
    return this.#served?.image;
  }

  get streamer(): 'none' | 'guest' | 'storage-daemon' {
    return this.#stream?.by ?? 'none';
  }

  /** What was refused of the image's data since it is served. */
  get dataProblem(): AppError | undefined {
    return this.#dataProblem;
  }

  /** The record of a base with what was transferred since it was last written down. */
  withTransfers(base: BaseRecord): BaseRecord {
    const served = this.#served;
    if (served?.image !== base.source.manifestDigest) return base;
    const now = served.nbd.received();
    const isNews = totalOf(now) !== totalOf(served.counted);
    return isNews ? { ...base, received: addReceived(base.received, served.counted, now) } : base;
  }

  /** Why the stream stands still, while it does. */
  get streamProblem(): AppError | undefined {
    return this.#streamProblem;
  }

  /** Bytes of the image that are not zero; `undefined` when it is not being served. */
  get servedDataBytes(): number | undefined {
    return this.#served?.nbd.summary.dataBytes;
  }

  /** Why the guest waits for data, while it does. */
  get heldBy(): AppError | undefined {
    return this.#heldBy;
  }

  /** @throws what opening the image fails with */
  async serve(ticket: ImageTicket, signal: AbortSignal): Promise<void> {
    const { leases, files, state } = this.#parts;
    const { policy, wanted } = state.record;
    await this.close();
    const { repositoryKey } = await leases.openKeys(ticket.sealedKeys);
    const nbd = await this.#parts.serveImage({
      image: ticket.source,
      repositoryKey,
      folder: files.folder,
      socketPath: files.imageSocket,
      useHostFiles: policy.useHostFiles,
      stagedFolder: wanted.stagedFolder,
      limiter: this.#limiter(),
      onBadData: (error) => this.#onBadData(ticket, error),
      onHeld: (error) => this.#setHeld(error),
      onResumed: () => this.#setHeld(undefined),
      signal,
    });
    this.#served = { image: ticket.source.manifestDigest, nbd, counted: nothingReceived };
  }

  /** A boot is about to read the image. */
  prefetchBoot(): void {
    this.#served?.nbd.prefetchBoot().catch(this.#parts.onUnexpected);
  }

  /** The first part of a base's life: what it will hold, recorded once its file is there. */
  begin(ticket: ImageTicket): void {
    const { state, events, transaction } = this.#parts;
    const dataBytes = this.#served?.nbd.summary.dataBytes ?? 0;
    const { source, sealedKeys } = ticket;
    const begun = { isComplete: false, isDamaged: false, progress: 0, received: nothingReceived };
    const { name, version } = source;
    transaction(() => {
      state.putBase({ source, sealedKeys, dataBytes, ...begun });
      events.record('IMAGE-001', { image: name, version, totalBytes: dataBytes }, state.subject);
    });
  }

  /** Follows a job until it ends; the base is recorded as whole when it completes. */
  follow(by: Stream['by'], job: StreamJob, end: () => Promise<void>): void {
    const stream: Stream = { by, job, end, pacer: new StreamPacer(job, by === 'guest') };
    this.#failingPolls = 0;
    this.#troubleAtBytes = -1;
    this.#stream = stream;
    this.#watchStream(stream).catch(this.#parts.onUnexpected);
  }

  /** The base of the served image stands alone. Doing it twice changes nothing. */
  complete(image: string): void {
    const { state, events, transaction } = this.#parts;
    this.#count();
    const base = state.base(image);
    if (!base || base.isComplete) return;
    const { source, received } = base;
    const receipt = {
      image: source.name,
      version: source.version,
      downloadedBytes: downloadedBytes(received),
      fromSeedsBytes: foundBytes(received),
      ...received,
    };
    const before = state.record;
    try {
      transaction(() => {
        state.putBase({ ...base, isComplete: true, progress: 1 });
        state.want({ stagedFolder: null });
        events.record('IMAGE-002', receipt, state.subject);
        events.record('WORKSPACE-007', { workspace: state.record.workspaceName }, state.subject);
      });
    } catch (error) {
      state.takeBack(before);
      throw error;
    }
    this.#parts.onChange();
  }

  /** Ends the storage daemon, if it is what streams; what it brought stays. */
  async endStream(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#streamProblem = undefined;
    await stream?.end();
  }

  /** Stops serving. A guest that still needs the image waits until it is served again. */
  async close(): Promise<void> {
    this.#count();
    const served = this.#served;
    this.#served = undefined;
    this.#dataProblem = undefined;
    this.#heldBy = undefined;
    await served?.nbd[Symbol.asyncDispose]();
  }

  async #watchStream(stream: Stream): Promise<void> {
    const ended = new AbortController();
    const outcome = stream.job.outcome.finally(() => ended.abort());
    while (!ended.signal.aborted && this.#stream === stream) {
      await this.#unlessFull(() => this.#noteProgress(stream));
      await this.#parts.clock.sleep(progressIntervalMs, ended.signal).catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      });
    }
    await this.#onStreamEnded(stream, await outcome);
  }

  async #onStreamEnded(stream: Stream, outcome: StreamOutcome): Promise<void> {
    const image = this.#served?.image;
    if (outcome.kind === 'completed' && image !== undefined) {
      while (!(await this.#unlessFull(() => this.complete(image)))) {
        await this.#parts.clock.sleep(progressIntervalMs);
      }
    }
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#streamProblem = undefined;
    await stream.end();
    if (outcome.kind === 'interrupted') this.#parts.onInterrupted();
    this.#parts.onChange();
  }

  /** Does what writes to the store. `false` when there was no room, which is told and may pass. */
  async #unlessFull(work: () => unknown): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isStoreFull(error)) throw error;
      this.#setStreamProblem(fail('DISK_FULL', { path: this.#parts.files.folder }));
      return false;
    }
  }

  async #noteProgress({ job, pacer }: Stream): Promise<void> {
    const progress = await job.progress();
    if (!progress) return;
    await this.#noteTrouble(job, progress);
    const { transfers, state, clock } = this.#parts;
    const lineBytes = downloadedBytes(this.#served?.nbd.received() ?? nothingReceived);
    const allowance = transfers.allowance(state.record.policy.transferRate);
    await pacer.adjust(progress, allowance, { lineBytes, atMs: clock.monotonicMs() });
    const base = this.#count();
    if (!base || base.isComplete || progress.totalBytes === 0) return;
    const share = Math.max(base.progress, Math.min(1, progress.doneBytes / progress.totalBytes));
    if (share !== base.progress) this.#parts.state.putBase({ ...base, progress: share });
  }

  /** The job waits after an error of its source or the disk; it tries again every now and then. */
  async #noteTrouble(job: StreamJob, { state, doneBytes }: StreamProgress): Promise<void> {
    const isTrouble = state === 'failing' || state === 'disk-full';
    if (!isTrouble) {
      // Tried again it counts as running until it fails again, so only getting on ends the trouble.
      if (doneBytes > this.#troubleAtBytes) this.#setStreamProblem(undefined);
      return;
    }
    this.#troubleAtBytes = doneBytes;
    this.#failingPolls += 1;
    if (this.#failingPolls === 1) this.#parts.onInterrupted();
    if (state === 'disk-full') this.#setStreamProblem(fail('DISK_FULL', { path: this.#parts.files.folder }));
    const pause = state === 'disk-full' ? pollsBetweenTriesForRoom : pollsBetweenTries;
    if (this.#failingPolls % pause === 0) await job.resume();
  }

  #setStreamProblem(problem: AppError | undefined): void {
    const isNews = this.#streamProblem?.code !== problem?.code;
    this.#streamProblem = problem;
    if (isNews) this.#parts.onChange();
  }

  /** What a guest waits for goes first; what nobody waits for is all background. */
  #limiter(): RateLimiter {
    const { transfers, state } = this.#parts;
    return {
      take: (count, signal, urgency = 'demand') => {
        const { policy, wanted } = state.record;
        const isGuestWanted = wanted.guest === 'running';
        return transfers
          .limiter(policy.transferRate)
          .take(count, signal, isGuestWanted ? urgency : 'background');
      },
    };
  }

  /** Adds what was transferred since the last call to the record of the base. */
  #count(): BaseRecord | undefined {
    const served = this.#served;
    const base = served && this.#parts.state.base(served.image);
    if (!base) return undefined;
    const counted = this.withTransfers(base);
    if (counted === base) return base;
    served.counted = served.nbd.received();
    this.#parts.state.putBase(counted);
    return counted;
  }

  #onBadData({ source }: ImageTicket, error: AppError): void {
    const { state, events } = this.#parts;
    const isNews = this.#dataProblem?.message !== error.message;
    this.#dataProblem = error;
    if (!isNews) return;
    const from = error.details['source'];
    const fields = { image: source.name, source: typeof from === 'string' ? from : source.reference };
    events.record('IMAGE-004', fields, state.subject);
  }

  #setHeld(error: unknown): void {
    this.#heldBy = isAppError(error) ? error : undefined;
    if (error !== undefined && !isAppError(error)) this.#parts.onUnexpected(error);
    this.#parts.onChange();
  }
}

function totalOf(received: Received): number {
  return downloadedBytes(received) + foundBytes(received);
}
