import {
  type LocalTime,
  type TransferRate,
  type TransferSpeed,
  transferSpeedAt,
} from '@carrel/contract/delivery';
import { abortReason, type Clock, systemClock } from '@carrel/kit';
import type { RateLimiter, TransferUrgency } from '../repository/repository.ts';
import { LineMeter } from './line-meter.ts';

export interface RateLimiterOptions {
  readonly rate: TransferRate;
  readonly clock?: Clock;
  /** How people at the computer see a point of the wall clock; default: its time zone. */
  readonly localTimeOf?: (nowMs: number) => LocalTime;
}

/** A limiter whose rules may change while transfers run. */
export interface AdjustableRateLimiter extends RateLimiter {
  /** Holds background transfers until {@link resume}; what is asked for on demand flows on. */
  pause(): void;
  resume(): void;
  setRate(rate: TransferRate): void;
  readonly isPaused: boolean;
  /** What the rules say now. */
  readonly speed: TransferSpeed;
  /** What the line was last measured to carry, in bytes per second; only shares of the line make it measure. */
  readonly lineBytesPerSecond: number | undefined;
}

// So much may be taken at once after a rest, as timers are not exact.
const allowanceMs = 250;
// The wall clock may jump, so the rules are looked at again at least this often.
const lookAgainMs = 15_000;
const leastSliceBytes = 16 * 1024;
const sliceSeconds = 0.1;
const longestDebtMs = 10_000;
// So often in a row demand goes first while background waits.
const demandTurns = 15;

interface Waiter {
  remainingBytes: number;
  readonly grant: () => void;
}

/**
 * Lets bytes through at the rate that the rules give for the local time. One limiter may serve any number of
 * transfers; they share its rate. Demand goes first, but background gets a sixteenth at least unless it is paused or
 * off. Paces by the monotonic clock, so that a jump of the wall clock only chooses another rule.
 */
export function createRateLimiter(options: RateLimiterOptions): AdjustableRateLimiter {
  return new PacedLimiter(options);
}

class PacedLimiter implements AdjustableRateLimiter {
  readonly #clock: Clock;
  readonly #localTimeOf: (nowMs: number) => LocalTime;
  readonly #line = new LineMeter();
  readonly #waiting: Record<TransferUrgency, Waiter[]> = { demand: [], background: [] };
  #rate: TransferRate;
  #isPaused = false;
  #demandInARow = 0;
  /** When everything taken so far has been paid for; monotonic. */
  #paidAtMs = Number.NEGATIVE_INFINITY;
  #sleeping: AbortController | undefined;

  constructor({ rate, clock = systemClock, localTimeOf = localTime }: RateLimiterOptions) {
    this.#rate = rate;
    this.#clock = clock;
    this.#localTimeOf = localTimeOf;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get speed(): TransferSpeed {
    return transferSpeedAt(this.#rate, this.#localTimeOf(this.#clock.nowMs()));
  }

  get lineBytesPerSecond(): number | undefined {
    return this.#line.bytesPerSecond;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#pump();
  }

  setRate(rate: TransferRate): void {
    this.#rate = rate;
    // Debts made under other rules are forgiven: a slow rule would hold back a fast one.
    this.#paidAtMs = Math.min(this.#paidAtMs, this.#clock.monotonicMs());
    this.#pump();
  }

  async take(count: number, signal?: AbortSignal, urgency: TransferUrgency = 'background'): Promise<void> {
    signal?.throwIfAborted();
    if (count <= 0) return;
    const queue = this.#waiting[urgency];
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => signal?.removeEventListener('abort', onAbort);
      const waiter: Waiter = {
        remainingBytes: count,
        grant: () => {
          leave();
          resolve();
        },
      };
      const onAbort = (): void => {
        leave();
        queue.splice(queue.indexOf(waiter), 1);
        if (signal) reject(abortReason(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiter);
      this.#pump();
    });
  }

  /** Grants what may go now, and wakes when the next may. */
  #pump(): void {
    this.#sleeping?.abort();
    this.#sleeping = undefined;
    for (;;) {
      const speed = this.speed;
      const urgency = this.#next(speed);
      if (urgency === undefined) {
        if (this.#waiting.background.length > 0) this.#wakeIn(lookAgainMs);
        return;
      }
      const nowMs = this.#clock.monotonicMs();
      const bytesPerSecond = this.#paceOf(speed, nowMs);
      const waitMs = bytesPerSecond === undefined ? 0 : this.#paidAtMs - nowMs;
      if (waitMs > 0) {
        this.#wakeIn(Math.min(waitMs, lookAgainMs));
        return;
      }
      this.#grantSlice(urgency, speed, bytesPerSecond, nowMs);
    }
  }

  #next(speed: TransferSpeed): TransferUrgency | undefined {
    const isHeld = this.#isPaused || speed.kind === 'off';
    const hasBackground = !isHeld && this.#waiting.background.length > 0;
    const hasDemand = this.#waiting.demand.length > 0;
    if (hasDemand && !(hasBackground && this.#demandInARow >= demandTurns)) return 'demand';
    return hasBackground ? 'background' : undefined;
  }

  /** Bytes per second, `undefined` when nothing limits what is taken now. */
  #paceOf(speed: TransferSpeed, nowMs: number): number | undefined {
    switch (speed.kind) {
      case 'absolute':
        return speed.bytesPerSecond;
      case 'share': {
        const line = this.#line.bytesPerSecond;
        const isFree = line === undefined || this.#line.isMeasuring(nowMs);
        return isFree ? undefined : Math.max(1, (line * speed.percent) / 100);
      }
      case 'off':
      case 'unlimited':
        return undefined;
    }
  }

  #grantSlice(
    urgency: TransferUrgency,
    speed: TransferSpeed,
    bytesPerSecond: number | undefined,
    nowMs: number,
  ): void {
    const queue = this.#waiting[urgency];
    const waiter = queue[0];
    if (waiter === undefined) return;
    const sliceBytes =
      bytesPerSecond === undefined
        ? waiter.remainingBytes
        : Math.min(waiter.remainingBytes, Math.max(leastSliceBytes, bytesPerSecond * sliceSeconds));
    this.#demandInARow = urgency === 'demand' ? this.#demandInARow + 1 : 0;
    if (bytesPerSecond !== undefined) {
      this.#paidAtMs = Math.max(this.#paidAtMs, nowMs - allowanceMs) + (sliceBytes / bytesPerSecond) * 1000;
    } else if (speed.kind === 'share') this.#measure(sliceBytes, speed.percent, nowMs);
    waiter.remainingBytes -= sliceBytes;
    if (waiter.remainingBytes > 0) return;
    queue.shift();
    waiter.grant();
  }

  /** A burst is paid for afterwards, so that the share is kept on the whole. */
  #measure(bytes: number, percent: number, nowMs: number): void {
    const burst = this.#line.note(bytes, nowMs);
    const line = this.#line.bytesPerSecond;
    if (burst === undefined || line === undefined) return;
    const costMs = (burst.bytes * 1000) / ((line * percent) / 100);
    this.#paidAtMs = Math.min(burst.startMs + costMs, nowMs + longestDebtMs);
  }

  #wakeIn(delayMs: number): void {
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    this.#clock.sleep(delayMs, sleeping.signal).then(
      () => this.#pump(),
      () => undefined,
    );
  }
}

function localTime(nowMs: number): LocalTime {
  const date = new Date(nowMs);
  return { weekday: date.getDay(), minuteOfDay: date.getHours() * 60 + date.getMinutes() };
}
