import type { StreamJob, StreamOutcome } from '@carrel/hypervisor';
import type { TransferCounters } from '@carrel/imaging';
import { type AppError, type Clock, isAppError } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { ServedImage, ServeImageOptions } from './served-image.ts';
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
  readonly serveImage: (options: Omit<ServeImageOptions, 'repository'>) => Promise<ServedImage>;
  readonly events: Pick<EventQueue, 'record'>;
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
  counted: TransferCounters;
}

interface Stream {
  readonly by: 'guest' | 'storage-daemon';
  readonly job: StreamJob;
  readonly end: () => Promise<void>;
}

const progressIntervalMs = 1_000;
const pollsBetweenTries = 30;

/** The image of one workspace: serves it to QEMU, follows the job that brings it here, and says when it is whole. */
export class ImageControl {
  readonly #parts: ImageControlParts;
  #served: Served | undefined;
  #stream: Stream | undefined;
  #dataProblem: AppError | undefined;
  #heldBy: AppError | undefined;
  #failingPolls = 0;

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
    const now = served.nbd.counters();
    const downloaded = now.bytesDownloaded - served.counted.bytesDownloaded;
    const fromSeeds = now.bytesFromSeeds - served.counted.bytesFromSeeds;
    if (downloaded === 0 && fromSeeds === 0) return base;
    return {
      ...base,
      downloadedBytes: base.downloadedBytes + downloaded,
      fromSeedsBytes: base.fromSeedsBytes + fromSeeds,
    };
  }

  /** Why the guest waits for data, while it does. */
  get heldBy(): AppError | undefined {
    return this.#heldBy;
  }

  /** @throws what opening the image fails with */
  async serve(ticket: ImageTicket, signal: AbortSignal): Promise<void> {
    const { leases, files } = this.#parts;
    await this.close();
    const { repositoryKey } = await leases.openKeys(ticket.sealedKeys);
    const nbd = await this.#parts.serveImage({
      image: ticket.source,
      repositoryKey,
      socketPath: files.imageSocket,
      onBadData: (error) => this.#onBadData(ticket, error),
      onHeld: (error) => this.#setHeld(error),
      onResumed: () => this.#setHeld(undefined),
      signal,
    });
    const none = { bytesDownloaded: 0, bytesFromSeeds: 0, requests: 0 };
    this.#served = { image: ticket.source.manifestDigest, nbd, counted: none };
  }

  /** The first part of a base's life: what it will hold, recorded once its file is there. */
  begin(ticket: ImageTicket): void {
    const { state, events } = this.#parts;
    const dataBytes = this.#served?.nbd.summary.dataBytes ?? 0;
    state.putBase({
      source: ticket.source,
      sealedKeys: ticket.sealedKeys,
      dataBytes,
      isComplete: false,
      isDamaged: false,
      progress: 0,
      downloadedBytes: 0,
      fromSeedsBytes: 0,
    });
    const { name, version } = ticket.source;
    events.record('IMAGE-001', { image: name, version, totalBytes: dataBytes }, state.subject);
  }

  /** Follows a job until it ends; the base is recorded as whole when it completes. */
  follow(by: Stream['by'], job: StreamJob, end: () => Promise<void>): void {
    const stream: Stream = { by, job, end };
    this.#failingPolls = 0;
    this.#stream = stream;
    this.#watchStream(stream).catch(this.#parts.onUnexpected);
  }

  /** The base of the served image stands alone. Doing it twice changes nothing. */
  complete(image: string): void {
    const { state, events } = this.#parts;
    this.#count();
    const base = state.base(image);
    if (!base || base.isComplete) return;
    state.putBase({ ...base, isComplete: true, progress: 1 });
    const { downloadedBytes, fromSeedsBytes, source } = base;
    const receipt = { image: source.name, version: source.version, downloadedBytes, fromSeedsBytes };
    events.record('IMAGE-002', receipt, state.subject);
    events.record('WORKSPACE-007', { workspace: state.record.workspaceName }, state.subject);
    this.#parts.onChange();
  }

  /** Ends the storage daemon, if it is what streams; what it brought stays. */
  async endStream(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
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
      await this.#noteProgress(stream.job);
      await this.#parts.clock.sleep(progressIntervalMs, ended.signal).catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      });
    }
    await this.#onStreamEnded(stream, await outcome);
  }

  async #onStreamEnded(stream: Stream, outcome: StreamOutcome): Promise<void> {
    const image = this.#served?.image;
    if (outcome.kind === 'completed' && image !== undefined) this.complete(image);
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    await stream.end();
    if (outcome.kind === 'interrupted') this.#parts.onInterrupted();
    this.#parts.onChange();
  }

  async #noteProgress(job: StreamJob): Promise<void> {
    const progress = await job.progress();
    if (progress?.state === 'failing') await this.#onFailing(job);
    const base = this.#count();
    if (!base || base.isComplete || !progress || progress.totalBytes === 0) return;
    const share = Math.max(base.progress, Math.min(1, progress.doneBytes / progress.totalBytes));
    if (share !== base.progress) this.#parts.state.putBase({ ...base, progress: share });
  }

  /** The job waits after an error of its source; it tries again every now and then. */
  async #onFailing(job: StreamJob): Promise<void> {
    this.#failingPolls += 1;
    if (this.#failingPolls === 1) this.#parts.onInterrupted();
    if (this.#failingPolls % pollsBetweenTries === 0) await job.resume();
  }

  /** Adds what was transferred since the last call to the record of the base. */
  #count(): BaseRecord | undefined {
    const served = this.#served;
    const base = served && this.#parts.state.base(served.image);
    if (!base) return undefined;
    const counted = this.withTransfers(base);
    if (counted === base) return base;
    served.counted = served.nbd.counters();
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
