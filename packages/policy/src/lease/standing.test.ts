import { describe, expect, it } from 'vitest';
import { goodStanding, nextStanding, type Permission, type Standing } from './standing.ts';

const minute = 60_000;
const hour = 60 * minute;
const valid = (remainingMs: number, warningMs: number | null): Permission => ({
  outcome: 'valid',
  remainingMs,
  endsAs: 'LEASE_EXPIRED',
  warningMs,
});
const ended = (overdueMs: number, code = 'LEASE_EXPIRED'): Permission => ({
  outcome: 'ended',
  code,
  overdueMs,
});
const at = (trustedNowMs: number) => ({ trustedNowMs, countdownMs: minute });

/** Gives the standings of one moment after the other, with what was to be done. */
function play(moments: readonly [number, Permission][], from: Standing = goodStanding) {
  let standing = from;
  return moments.map(([nowMs, permission]) => {
    const step = nextStanding(standing, permission, at(nowMs));
    standing = step.standing;
    return { ...step, kind: step.effect?.kind ?? null };
  });
}

describe('the standing of a workspace in use', () => {
  it('is warned of once at each threshold', () => {
    const seen = play([
      [0, valid(2 * hour, null)],
      [hour, valid(hour, hour)],
      [hour + 1, valid(hour - 1, hour)],
      [2 * hour - 10 * minute, valid(10 * minute, 10 * minute)],
      [2 * hour - minute, valid(minute, 10 * minute)],
    ]);
    expect(seen.map(({ kind }) => kind)).toEqual([null, 'warn', null, 'warn', null]);
  });

  it('is warned of anew when the permission was renewed meanwhile', () => {
    const seen = play([
      [0, valid(10 * minute, 10 * minute)],
      [minute, valid(hour, hour)],
      [minute + 50 * minute, valid(10 * minute, 10 * minute)],
    ]);
    expect(seen.map(({ kind }) => kind)).toEqual(['warn', 'warn', 'warn']);
  });

  it('counts down from the moment the end is seen, and stops when that is over', () => {
    const seen = play([
      [100, ended(30)],
      [100 + minute - 1, ended(30 + minute - 1)],
      [100 + minute, ended(30 + minute)],
      [100 + minute + 1, ended(30 + minute + 1)],
    ]);
    expect(seen.map(({ effect }) => effect)).toEqual([
      { kind: 'begin-countdown', code: 'LEASE_EXPIRED', limitAtMs: 70 },
      null,
      { kind: 'stop', code: 'LEASE_EXPIRED', dueMs: 100 + minute },
      { kind: 'stop', code: 'LEASE_EXPIRED', dueMs: 100 + minute },
    ]);
  });

  it('keeps one countdown when the reason changes, and calls it off when the permission is back', () => {
    const seen = play([
      [0, ended(0, 'LEASE_OFFLINE_TOO_LONG')],
      [30_000, ended(0, 'LEASE_WITHDRAWN')],
      [50_000, valid(hour * 50, null)],
      [minute, ended(0)],
    ]);
    expect(seen[1]?.standing.ending).toEqual({ code: 'LEASE_OFFLINE_TOO_LONG', dueMs: minute });
    expect(seen[2]?.standing).toEqual(goodStanding);
    expect(seen[3]?.kind).toBe('begin-countdown');
  });

  it('does not count longer because trusted time was set right', () => {
    const [later] = play([[1000, ended(0)]], {
      warned: null,
      ending: { code: 'LEASE_EXPIRED', dueMs: 1000 + 400 * hour },
    });
    expect(later?.standing.ending?.dueMs).toBe(1000 + minute);
  });
});
