import { type AppError, type Clock, isAppError, systemClock } from '@carrel/kit';
import type { FrameSource, FrameSourceKind, SourceTotals, Transferred } from './frame-source.ts';
import { SourceHealth } from './source-health.ts';

export interface SourceSetOptions {
  readonly clock?: Clock | undefined;
  /** Uniform in [0, 1). */
  readonly random?: (() => number) | undefined;
  /** Told when a source gave data other than what was packed, or the origin lacks some; the error names it. */
  readonly onBadData?: ((error: AppError) => void) | undefined;
}

const rankByKind: Readonly<Record<FrameSourceKind, number>> = { staged: 0, peer: 1, mirror: 2, origin: 3 };

/**
 * Which sources to ask, in which order; remembers who failed. Used by one fetch or one open image.
 *
 * INVARIANTS: a set that was given sources always has a candidate; a source that gave bad data is no candidate while
 * another that did not is; no source rests for longer than two minutes.
 */
export class SourceSet {
  readonly #sources: ReadonlyMap<FrameSource, SourceHealth>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onBadData: ((error: AppError) => void) | undefined;

  constructor(sources: readonly FrameSource[], options: SourceSetOptions = {}) {
    this.#sources = new Map(sources.map((source) => [source, new SourceHealth(source)]));
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#onBadData = options.onBadData;
  }

  /**
   * Sources worth asking now, best first: staged, peer, mirror, origin, each kind in the order given. After them come
   * those that rest, the origin first, then whoever wakes next.
   */
  candidates(): readonly FrameSource[] {
    const nowMs = this.#clock.monotonicMs();
    const usable = [...this.#sources.values()].filter((health) => !health.isBanned);
    const awake = usable.filter((health) => !health.isResting(nowMs)).toSorted(byKind);
    const resting = usable.filter((health) => health.isResting(nowMs)).toSorted(byWaking);
    return [...awake, ...resting].map((health) => health.source);
  }

  /** It gave what was asked, and the data is what was packed. */
  succeeded(source: FrameSource, transferred: Transferred): void {
    const health = this.#healthOf(source);
    health.count(transferred);
    health.succeeded();
  }

  /**
   * It did not give what was asked. `IMAGE_DATA_DAMAGED` bans it for this set while another source remains,
   * `IMAGE_DATA_MISSING` counts against it only when repeated (or from the origin), all else rests it with growing
   * pauses. Aborts are not to be told.
   */
  failed(source: FrameSource, error: AppError, transferred: Transferred = { bytes: 0, requests: 0 }): void {
    const health = this.#healthOf(source);
    health.count(transferred);
    const nowMs = this.#clock.monotonicMs();
    if (isAppError(error, 'IMAGE_DATA_MISSING') && source.kind !== 'origin') {
      health.missed(nowMs, this.#random);
      return;
    }
    health.failed(error, nowMs, this.#random);
    const isDamaged = isAppError(error, 'IMAGE_DATA_DAMAGED');
    if (isDamaged) health.isBanned = this.#hasOthersThan(health);
    if (isDamaged || isAppError(error, 'IMAGE_DATA_MISSING')) this.#onBadData?.(error);
  }

  /** By source, in the order given. */
  totals(): readonly SourceTotals[] {
    return [...this.#sources.values()].map((health) => health.totals());
  }

  #hasOthersThan(health: SourceHealth): boolean {
    return [...this.#sources.values()].some((other) => other !== health && !other.isBanned);
  }

  #healthOf(source: FrameSource): SourceHealth {
    const health = this.#sources.get(source);
    if (health === undefined) throw new Error(`${source.repository.location} is not in this set of sources.`);
    return health;
  }
}

function byKind(a: SourceHealth, b: SourceHealth): number {
  return rankByKind[a.source.kind] - rankByKind[b.source.kind];
}

/** The origin is the one that must have everything, so it is asked even while it rests. */
function byWaking(a: SourceHealth, b: SourceHealth): number {
  const [isOriginA, isOriginB] = [a.source.kind === 'origin', b.source.kind === 'origin'];
  if (isOriginA !== isOriginB) return isOriginA ? -1 : 1;
  return a.awakeAtMs - b.awakeAtMs || byKind(a, b);
}
