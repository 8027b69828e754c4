import { type AssignmentSettings, assignmentSettingsSchema } from '@carrel/contract';
import type { AssignmentId } from '@carrel/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfDaySeconds } from './end-of-day.ts';
import { resolveGrants } from './resolve-grants.ts';

const grant = (
  id: string,
  settings: Partial<AssignmentSettings> = {},
  effect: 'allow' | 'deny' = 'allow',
) => ({
  id: id as AssignmentId,
  effect,
  principalName: id,
  settings: assignmentSettingsSchema.parse(settings),
});

describe('the end of a day', () => {
  it('is midnight where the workspace is', () => {
    expect(endOfDaySeconds('2026-11-21', 'UTC')).toBe(Date.parse('2026-11-22T00:00:00Z') / 1000);
    expect(endOfDaySeconds('2026-11-21', 'America/New_York')).toBe(Date.parse('2026-11-22T05:00:00Z') / 1000);
    expect(endOfDaySeconds('2026-11-21', 'Asia/Kathmandu')).toBe(Date.parse('2026-11-21T18:15:00Z') / 1000);
  });

  it('is right on the days the clock changes', () => {
    expect(endOfDaySeconds('2026-03-29', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T22:00:00Z') / 1000);
    expect(endOfDaySeconds('2026-10-25', 'Europe/Berlin')).toBe(Date.parse('2026-10-25T23:00:00Z') / 1000);
  });
});

describe('grants taken together', () => {
  it('are none without assignments', () => {
    expect(resolveGrants([])).toEqual({ outcome: 'none' });
  });

  it('give the least restrictive value of each setting, and say who supplied it', () => {
    const result = resolveGrants([
      grant('a', { expiresOn: '2026-12-31', offlineLimitHours: 0 }),
      grant('b', { expiresOn: '2026-11-30', offlineLimitHours: 48 }),
    ]);
    expect(result).toEqual({
      outcome: 'granted',
      settings: { validUntil: Date.parse('2027-01-01T00:00:00Z') / 1000, offlineLimitSeconds: 48 * 3600 },
      reasons: {
        validUntil: { from: 'a', overrode: ['b'] },
        offlineLimitSeconds: { from: 'b', overrode: ['a'] },
      },
    });
  });

  it('do not expire when one of them does not', () => {
    const result = resolveGrants([grant('a', { expiresOn: '2026-12-31' }), grant('b')]);
    expect(result).toMatchObject({ settings: { validUntil: null }, reasons: { validUntil: { from: 'b' } } });
  });

  it('are beaten by any denial', () => {
    expect(resolveGrants([grant('a'), grant('b', {}, 'deny')])).toEqual({ outcome: 'denied', by: ['b'] });
  });

  it('do not depend on their order', () => {
    const any = fc.record({
      expiresOn: fc.option(fc.constantFrom('2026-01-01', '2026-06-30', '2027-01-01')),
      offlineLimitHours: fc.nat(3),
    });
    const list = fc
      .array(any, { maxLength: 6 })
      .map((all) => all.map((settings, at) => grant(`g${at}`, settings)));
    fc.assert(
      fc.property(list, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (grants, order) => {
        const keyed = grants.map((item, at) => ({ item, key: order[at] ?? 0 }));
        const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
        expect(resolveGrants(shuffled)).toMatchObject(pickComparable(resolveGrants(grants)));
      }),
    );
  });
});

function pickComparable(result: ReturnType<typeof resolveGrants>) {
  if (result.outcome !== 'granted') return result;
  const { settings, reasons } = result;
  return {
    settings,
    reasons: {
      validUntil: { from: reasons.validUntil.from },
      offlineLimitSeconds: { from: reasons.offlineLimitSeconds.from },
    },
  };
}
