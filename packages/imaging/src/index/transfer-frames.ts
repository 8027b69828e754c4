import { type AppError, isAppError } from '@carrel/kit';
import { damaged } from '../format/damaged.ts';
import type { ReadOptions } from '../repository/repository.ts';
import type { FrameSource } from '../sources/index.ts';
import { inOrder } from '../workers/in-order.ts';
import { gravestFailure, readOptionsFor, SourceMeter } from './from-sources.ts';
import type { ImageIndex } from './image-index.ts';
import type { PackHolders } from './pack-holders.ts';
import { type FrameRange, frameName, readFrames, type StoredFrames } from './read-frames.ts';

// Batches of one range that are opened while the next one is read.
const batchesAtOnce = 3;

/** What opening a batch gives: how far it is what was packed. */
export interface OpenedBatch {
  /** The first frame that is not what it should be; those before it are good. */
  readonly badFrame: { readonly position: number; readonly reason: string } | undefined;
}

export interface TransferOptions<Opened extends OpenedBatch> {
  readonly index: ImageIndex;
  readonly holders: PackHolders;
  readonly read: ReadOptions;
  /** Frames that are not wanted are passed over when they come. */
  readonly isWanted?: (frame: number) => boolean;
  /** Opens frames and uses the good ones. MUST NOT reject with an `AppError`, which would be taken for the source's. */
  readonly open: (batch: StoredFrames, source: FrameSource) => Promise<Opened>;
}

/** Some consecutive frames that came and were good, or one that no source could give. */
export type TransferredFrames<Opened> =
  | {
      readonly kind: 'opened';
      readonly firstFrame: number;
      readonly frames: number;
      readonly opened: Opened;
      readonly source: FrameSource;
    }
  | { readonly kind: 'damaged'; readonly frame: number; readonly error: AppError };

/**
 * Reads a range of frames from the best source. Where one fails, another goes on at the first frame that did not come
 * or was not what was packed. A frame that is damaged wherever it is read is told, and the transfer goes on behind it.
 *
 * @throws what the repositories throw, when none of the sources can give more
 */
export async function* transferFrames<Opened extends OpenedBatch>(
  range: FrameRange,
  options: TransferOptions<Opened>,
): AsyncGenerator<TransferredFrames<Opened>, void, undefined> {
  const failures = new Map<FrameSource, AppError>();
  const state: TransferState = { rest: range, badFrame: undefined };
  while (state.rest !== undefined) {
    const { rest } = state;
    const source = await nextSource(rest, options, failures);
    if (source !== undefined) {
      yield* fromSource(state, source, options, failures);
      continue;
    }
    const error = gravestFailure(failures);
    if (error.retryable || state.badFrame !== rest.firstFrame) throw error;
    yield { kind: 'damaged', frame: rest.firstFrame, error };
    state.rest = rangeFrom(options.index, rest, rest.firstFrame + 1);
    failures.clear();
  }
}

interface TransferState {
  rest: FrameRange | undefined;
  /** The last frame that was found not to be what it should be. */
  badFrame: number | undefined;
}

/** Takes what one source gives of the rest; notes a failure, and that those before it no longer count. */
async function* fromSource<Opened extends OpenedBatch>(
  state: TransferState,
  source: FrameSource,
  options: TransferOptions<Opened>,
  failures: Map<FrameSource, AppError>,
): AsyncGenerator<TransferredFrames<Opened>, void, undefined> {
  const { index, isWanted, read } = options;
  const { sources } = index.version;
  const range = state.rest;
  if (range === undefined) return;
  const meter = new SourceMeter(read.meter);
  const open = async (batch: StoredFrames) => ({ batch, opened: await options.open(batch, source) });
  const stored = readFrames(
    index,
    range,
    source.repository,
    readOptionsFor(source, { ...read, meter }),
    isWanted,
  );
  try {
    for await (const { batch, opened } of inOrder(stored, batchesAtOnce, open)) {
      const { firstFrame } = batch;
      const frames = opened.badFrame?.position ?? batch.frames;
      state.rest = rangeFrom(index, range, firstFrame + frames);
      if (frames > 0) {
        failures.clear();
        yield { kind: 'opened', firstFrame, frames, opened, source };
      }
      if (opened.badFrame === undefined) continue;
      state.badFrame = firstFrame + frames;
      throw damaged(frameName(index, state.badFrame), source.repository.location, opened.badFrame.reason);
    }
    sources.succeeded(source, meter.transferred);
    state.rest = undefined;
  } catch (error) {
    if (!isAppError(error) || read.signal?.aborted) throw error;
    sources.failed(source, error, meter.transferred);
    failures.set(source, error);
  }
}

async function nextSource(
  range: FrameRange,
  { index, holders }: Pick<TransferOptions<OpenedBatch>, 'index' | 'holders'>,
  failures: ReadonlyMap<FrameSource, AppError>,
): Promise<FrameSource | undefined> {
  for (const source of index.version.sources.candidates()) {
    if (!failures.has(source) && (await holders.holds(source, range.pack))) return source;
  }
  return undefined;
}

/** What is left of a range from a frame on. */
function rangeFrom({ frames }: ImageIndex, range: FrameRange, firstFrame: number): FrameRange | undefined {
  const count = range.firstFrame + range.frames - firstFrame;
  if (count <= 0) return undefined;
  const { offsetBytes } = frames.place(firstFrame);
  const lengthBytes = range.offsetBytes + range.lengthBytes - offsetBytes;
  return { pack: range.pack, offsetBytes, lengthBytes, firstFrame, frames: count };
}
