import { type AppError, isAppError } from '@carrel/kit';
import type { ReadOptions } from '../repository/repository.ts';
import { TransferMeter } from '../repository/transfer-meter.ts';
import type { FrameSource, SourceSet } from '../sources/index.ts';

/**
 * Runs an operation that reads the index on the best source, and on the next one where it fails. Peers keep no
 * indexes and are not asked.
 *
 * @throws what the operation throws: a failure that may pass before one that will not
 */
export async function fromSources<T>(
  sources: SourceSet,
  options: ReadOptions,
  operation: (source: FrameSource, options: ReadOptions) => Promise<T>,
): Promise<T> {
  const failures = new Map<FrameSource, AppError>();
  for (;;) {
    const source = sources
      .candidates()
      .find((candidate) => candidate.kind !== 'peer' && !failures.has(candidate));
    if (source === undefined) throw gravestFailure(failures);
    const meter = new SourceMeter(options.meter);
    try {
      const result = await operation(source, readOptionsFor(source, { ...options, meter }));
      sources.succeeded(source, meter.transferred);
      return result;
    } catch (error) {
      if (!isAppError(error) || options.signal?.aborted) throw error;
      sources.failed(source, error, meter.transferred);
      failures.set(source, error);
    }
  }
}

/** The failure to tell of when all sources failed: one that may pass, so that readers wait; else the origin's. */
export function gravestFailure(failures: ReadonlyMap<FrameSource, AppError>): AppError {
  const all = [...failures];
  const [, error] =
    all.find(([, { retryable }]) => retryable) ??
    all.find(([{ kind }]) => kind === 'origin') ??
    all.at(-1) ??
    [];
  if (error === undefined) throw new RangeError('There is no source.');
  return error;
}

/**
 * A limit is for the line to repositories, not for what is near. Peers share one line, and what they fetch through it
 * they pay for themselves.
 */
export function readOptionsFor(source: FrameSource, options: ReadOptions): ReadOptions {
  return source.kind === 'staged' ? { ...options, limiter: undefined } : options;
}

/** Counts what is taken from one source, and passes it on. */
export class SourceMeter extends TransferMeter {
  readonly #others: ReadOptions['meter'];

  constructor(others: ReadOptions['meter']) {
    super();
    this.#others = others;
  }

  get transferred(): { readonly bytes: number; readonly requests: number } {
    return { bytes: this.bytesDownloaded, requests: this.requests };
  }

  override addRequest(): void {
    super.addRequest();
    this.#others?.addRequest();
  }

  override addBytes(count: number): void {
    super.addBytes(count);
    this.#others?.addBytes(count);
  }
}
