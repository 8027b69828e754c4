import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advanceTime, markContact } from '../time/trusted-time.ts';
import { contactFailingMs, nextContact } from './contact-state.ts';
import {
  evaluateLease,
  type LeaseLimits,
  type LeaseVerdict,
  offlineRetryWindowMs,
} from './evaluate-lease.ts';
import { goodStanding, nextStanding } from './standing.ts';

// What really happens, as somebody with a truthful clock beside the computer sees it. The computer sees only its own
// clocks and what the server says; whatever is done to them, the truth bounds what it allows.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const countdownMs = minute;
/** The agent looks this often. */
const tickMs = 5_000;
const epochMs = Date.UTC(2030, 0, 1);

interface Truth {
  nowMs: number;
  /** What the wall clock shows too much. */
  wallErrorMs: number;
  startedAtMs: number;
  boots: number;
  contactAtMs: number;
  /** How far ahead the server's clock was at that contact. */
  serverErrorMs: number;
  failingSinceMs: number | undefined;
  /** Time the computer was off and then began with its clock set back: what it cannot know of. */
  hiddenMs: number;
  /** What was set forward while it was off: what it cannot tell from time that passed. */
  inventedMs: number;
  /** The most the wall clock ran ahead since the last contact. */
  farthestMs: number;
  lease: LeaseLimits | undefined;
}

/** The computer: exactly what the agent keeps and asks. */
class Computer {
  mark;
  contact = nextContact({ kind: 'never' }, 'succeeded', epochMs);
  standing = goodStanding;
  lease: LeaseLimits | undefined;
  /** The truth when the guest was stopped; `undefined` while it runs. */
  stoppedAtMs: number | undefined;

  constructor(truth: Truth) {
    this.mark = markContact(truth.nowMs, readingOf(truth));
    this.lease = truth.lease;
  }

  look(truth: Truth): LeaseVerdict {
    this.mark = advanceTime(this.mark, readingOf(truth)).mark;
    return this.#judge('run');
  }

  judgeStart(): LeaseVerdict {
    return this.#judge('start');
  }

  #judge(purpose: 'start' | 'run'): LeaseVerdict {
    if (!this.lease) return { outcome: 'ended', code: 'LEASE_EXPIRED', overdueMs: 0 };
    const trustedNowMs = this.mark.trustedMs;
    return evaluateLease(this.lease, {
      trustedNowMs,
      offlineMs: this.mark.offlineMs,
      contactFailingMs: contactFailingMs(this.contact, trustedNowMs),
      purpose,
    });
  }

  enforce(truth: Truth, verdict: LeaseVerdict): void {
    const now = { trustedNowMs: this.mark.trustedMs, countdownMs };
    const step = nextStanding(this.standing, verdict, now);
    this.standing = step.standing;
    if (step.effect?.kind === 'stop') this.stoppedAtMs ??= truth.nowMs;
    if (verdict.outcome === 'valid') this.stoppedAtMs = undefined;
  }
}

function readingOf({ nowMs, wallErrorMs, startedAtMs, boots }: Truth) {
  return { wallMs: nowMs + wallErrorMs, monotonicMs: nowMs - startedAtMs, bootId: `boot-${boots}` };
}

type Act = (truth: Truth, computer: Computer) => void;

/** Time passes, with the agent looking as often as it does. */
function run(durationMs: number): Act {
  return (truth, computer) => {
    const endMs = truth.nowMs + durationMs;
    // The end of a long time is looked at closely; in between a glance suffices, as nothing else happens.
    const glanceMs = Math.max(tickMs, Math.floor(durationMs / 50));
    while (truth.nowMs < endMs) {
      truth.nowMs = Math.min(endMs, truth.nowMs + glanceMs);
      // A contact that fails is tried again and again.
      if (truth.failingSinceMs === undefined) look(truth, computer);
      else loseContact(truth, computer);
    }
  };
}

const sleep =
  (durationMs: number): Act =>
  (truth, computer) => {
    truth.nowMs += durationMs;
    look(truth, computer);
  };

const setClock =
  (stepMs: number): Act =>
  (truth, computer) => {
    truth.wallErrorMs += stepMs;
    look(truth, computer);
  };

/** Switched off, with the clock set by `stepMs` before the agent sees it again `uptimeMs` after the start. */
const restart =
  (offMs: number, stepMs: number, uptimeMs: number): Act =>
  (truth, computer) => {
    truth.startedAtMs = truth.nowMs + offMs;
    truth.nowMs = truth.startedAtMs + uptimeMs;
    truth.wallErrorMs += stepMs;
    truth.boots += 1;
    if (stepMs < 0) truth.hiddenMs += offMs;
    else truth.inventedMs += stepMs;
    look(truth, computer);
  };

const contact =
  (lease: { validForMs: number | null; offlineMs: number | null } | undefined, serverErrorMs: number): Act =>
  (truth, computer) => {
    const serverMs = truth.nowMs + serverErrorMs;
    Object.assign(truth, {
      contactAtMs: truth.nowMs,
      serverErrorMs,
      failingSinceMs: undefined,
      hiddenMs: 0,
      inventedMs: 0,
      farthestMs: 0,
    });
    truth.lease = lease && {
      issuedAt: Math.floor(serverMs / 1000),
      validUntil: lease.validForMs === null ? null : Math.floor((serverMs + lease.validForMs) / 1000),
      offlineLimitSeconds: lease.offlineMs === null ? null : lease.offlineMs / 1000,
    };
    computer.mark = markContact(serverMs, readingOf(truth));
    computer.contact = nextContact(computer.contact, 'succeeded', serverMs);
    computer.lease = truth.lease;
    baseline(truth);
    look(truth, computer);
  };

const loseContact: Act = (truth, computer) => {
  truth.failingSinceMs ??= truth.nowMs;
  computer.contact = nextContact(computer.contact, 'failed', computer.mark.trustedMs);
  look(truth, computer);
};

const baselines = new WeakMap<Truth, number>();
function baseline(truth: Truth): void {
  baselines.set(truth, truth.wallErrorMs);
}

/** One look of the agent, and what must hold after it. */
function look(truth: Truth, computer: Computer): void {
  const aheadMs = truth.wallErrorMs - (baselines.get(truth) ?? 0);
  const verdict = computer.look(truth);
  computer.enforce(truth, verdict);
  const offlineMs = truth.nowMs - truth.contactAtMs;
  truth.farthestMs = Math.max(truth.farthestMs, offlineMs + aheadMs, offlineMs);
  if (verdict.outcome === 'valid') expectAllowed(truth);
  else expectEnded(truth, verdict.code);
  if (computer.judgeStart().outcome === 'valid') expect(verdict.outcome).toBe('valid');
}

/** Never usable beyond what a truthful clock would allow, but for time nobody could know of. */
function expectAllowed(truth: Truth): void {
  const { lease, nowMs, contactAtMs, hiddenMs, serverErrorMs, failingSinceMs } = truth;
  expect(lease).toBeDefined();
  if (!lease) return;
  if (lease.validUntil !== null) {
    expect(nowMs - hiddenMs + serverErrorMs).toBeLessThan(lease.validUntil * 1000);
  }
  if (lease.offlineLimitSeconds !== null && lease.offlineLimitSeconds > 0) {
    expect(nowMs - hiddenMs - contactAtMs).toBeLessThan(lease.offlineLimitSeconds * 1000);
  }
  if (lease.offlineLimitSeconds === 0 && failingSinceMs !== undefined) {
    expect(nowMs - hiddenMs - failingSinceMs).toBeLessThan(offlineRetryWindowMs);
  }
}

/** Never ended earlier than allowed, but by the rules: what the clock showed across a start, or of time offline. */
function expectEnded({ lease, ...truth }: Truth, code: string): void {
  const { nowMs, inventedMs, serverErrorMs, farthestMs, failingSinceMs } = truth;
  if (!lease) return;
  switch (code) {
    case 'LEASE_EXPIRED':
      expect(nowMs + inventedMs + serverErrorMs).toBeGreaterThanOrEqual(
        (lease.validUntil ?? Infinity) * 1000,
      );
      return;
    case 'LEASE_OFFLINE_TOO_LONG':
      expect(farthestMs + inventedMs).toBeGreaterThanOrEqual((lease.offlineLimitSeconds ?? Infinity) * 1000);
      return;
    case 'LEASE_OFFLINE_FORBIDDEN':
      expect(lease.offlineLimitSeconds).toBe(0);
      expect(nowMs + inventedMs - (failingSinceMs ?? Infinity)).toBeGreaterThanOrEqual(offlineRetryWindowMs);
      return;
    default:
      throw new Error(`ended with ${code}, which nothing here causes`);
  }
}

const durations = fc.oneof(
  fc.integer({ min: 0, max: 5 * minute }),
  fc.integer({ min: 0, max: 3 * hour }),
  fc.integer({ min: 0, max: 40 * day }),
);
const steps = fc.oneof(
  fc.integer({ min: -hour, max: hour }),
  fc.integer({ min: -400 * day, max: 400 * day }),
);
const leases = fc.record({
  validForMs: fc.option(fc.integer({ min: 1, max: 400 }).map((hours) => hours * hour)),
  offlineMs: fc.oneof(
    fc.constant(0),
    fc.option(fc.integer({ min: 1, max: 100 }).map((hours) => hours * hour)),
  ),
});

/** One thing that happens, by the name it is printed with when a property fails. */
class Happening implements fc.Command<Truth, Computer> {
  readonly #name: string;
  readonly #act: Act;
  constructor(name: string, act: Act) {
    this.#name = name;
    this.#act = act;
  }
  check(): boolean {
    return true;
  }
  run(truth: Truth, computer: Computer): void {
    this.#act(truth, computer);
  }
  toString(): string {
    return this.#name;
  }
}

const happenings = [
  durations.map((ms) => new Happening(`run ${ms}`, run(ms))),
  durations.map((ms) => new Happening(`sleep ${ms}`, sleep(ms))),
  steps.map((ms) => new Happening(`set the clock by ${ms}`, setClock(ms))),
  fc
    .tuple(durations, steps, fc.integer({ min: 0, max: 10 * minute }))
    .map(([off, step, uptime]) => new Happening(`off ${off}, set by ${step}`, restart(off, step, uptime))),
  leases.map((lease) => new Happening(`renewed ${JSON.stringify(lease)}`, contact(lease, 0))),
  fc
    .tuple(leases, steps)
    .map(([lease, step]) => new Happening(`renewed, server wrong by ${step}`, contact(lease, step))),
  fc.constant(new Happening('revoked or denied', contact(undefined, 0))),
  fc.constant(new Happening('no contact', loseContact)),
];

function begin(): { model: Truth; real: Computer } {
  const model: Truth = {
    nowMs: epochMs,
    wallErrorMs: 0,
    startedAtMs: epochMs - day,
    boots: 1,
    contactAtMs: epochMs,
    serverErrorMs: 0,
    failingSinceMs: undefined,
    hiddenMs: 0,
    inventedMs: 0,
    farthestMs: 0,
    lease: {
      issuedAt: epochMs / 1000,
      validUntil: (epochMs + 30 * day) / 1000,
      offlineLimitSeconds: (7 * day) / 1000,
    },
  };
  baseline(model);
  return { model, real: new Computer(model) };
}

it('allows what a truthful clock would allow, whatever is done to clocks, computer and line', () => {
  fc.assert(
    fc.property(fc.commands(happenings, { maxCommands: 25 }), (commands) => {
      fc.modelRun(begin, commands);
    }),
    { numRuns: 600 },
  );
});

it('stops a guest one countdown and one look after the moment due', () => {
  const before = fc.array(
    fc.oneof(
      steps.map((ms) => setClock(ms)),
      fc.constant(loseContact),
      fc.integer({ min: 0, max: hour }).map((ms) => sleep(ms)),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(before, fc.integer({ min: 9, max: 20 }), (acts, hours) => {
      const { model, real } = begin();
      contact({ validForMs: hours * hour, offlineMs: null }, 0)(model, real);
      const dueMs = model.nowMs + hours * hour;
      for (const act of acts) act(model, real);
      sleep(Math.max(0, dueMs - model.nowMs - minute))(model, real);
      for (let looks = 0; looks < 40; looks += 1) sleep(tickMs)(model, real);
      expect(real.stoppedAtMs).toBeGreaterThanOrEqual(dueMs);
      expect(real.stoppedAtMs).toBeLessThanOrEqual(dueMs + countdownMs + 2 * tickMs);
    }),
    { numRuns: 200 },
  );
});
