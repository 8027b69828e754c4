import { describe, expect, it } from 'vitest';
import { smallDesign } from '../testing/small-design.ts';
import type { Outage } from './outage.ts';
import { simulateOutage } from './simulate-outage.ts';

const hour = 3600;
const day = 24 * hour;
/** Server down from Tuesday 9:00 for 6 h. */
const tuesday: Outage = { component: 'server', name: '', startsAtSeconds: day + 9 * hour, hours: 6 };

function outageOf(offlineLimitHours: number | null, outage: Partial<Outage> = {}, users = 300) {
  const design = smallDesign({ users, offlineLimitHours });
  return simulateOutage(design, { ...tuesday, name: design.instances[0]?.name ?? '', ...outage });
}

describe('a server that is down', () => {
  it('stops those who may not work offline after a failed contact, the retries and the countdown', () => {
    const result = outageOf(0);
    expect(result.stopped).toBe(300);
    // Contacts are every 15 minutes: the first fails at once, the last after 15 minutes; then 2 minutes, then one.
    expect(result.firstStopSeconds).toBeGreaterThanOrEqual(180);
    expect(result.firstStopSeconds).toBeLessThan(200);
    expect(result.groups[0]?.lastStopSeconds).toBeGreaterThan(1060);
    expect(result.groups[0]?.lastStopSeconds).toBeLessThanOrEqual(1080);
    // Six hours less ten and a half minutes on average.
    expect(result.lostHours).toBeCloseTo(300 * (6 - (450 + 180) / 3600), 0);
    expect(result.lostCost).toBeCloseTo(60 * result.lostHours, 6);
  });

  it('stops those with a limit when it has run out since their last contact', () => {
    const result = outageOf(4);
    expect(result.stopped).toBe(300);
    // Whose last contact was just before it began stops last, a countdown after four hours.
    expect(result.groups[0]?.lastStopSeconds).toBeGreaterThan(4 * hour + 50);
    expect(result.groups[0]?.lastStopSeconds).toBeLessThanOrEqual(4 * hour + 60);
    expect(result.firstStopSeconds).toBeLessThan(3.8 * hour);
    expect(result.overTime.find(({ atSeconds }) => atSeconds === 3 * hour)?.people).toBe(0);
    expect(result.overTime.at(-1)?.people).toBe(300);
  });

  it('stops nobody whose limit is longer, or who has none', () => {
    expect(outageOf(6.5)).toMatchObject({ stopped: 0, lostHours: 0, withoutContact: 300 });
    expect(outageOf(null)).toMatchObject({ stopped: 0, firstStopSeconds: undefined });
  });

  it('costs nothing at night', () => {
    expect(outageOf(0, { startsAtSeconds: day + 20 * hour })).toMatchObject({ stopped: 0, lostHours: 0 });
  });

  it('keeps people from beginning in the morning when their last contact was the day before', () => {
    // From Sunday noon to Monday 10:00: the last contact was on Friday.
    const result = outageOf(24, { startsAtSeconds: 6 * day + 12 * hour, hours: 22 });
    expect(result.stopped).toBe(300);
    expect(result.firstStopSeconds).toBe(20 * hour);
    expect(result.lostHours).toBeCloseTo(600, 6);
  });

  it('has the events wait on the clients', () => {
    expect(outageOf(null)).toMatchObject({ waitingEvents: 1500, waitingBytes: 300_000, hasNoReports: true });
  });
});

describe('other things that fail', () => {
  it('stop nobody when it is the repository', () => {
    const result = outageOf(0, { component: 'repository', name: 'Centre' });
    expect(result).toMatchObject({ withoutImages: 300, withoutContact: 0, stopped: 0, waitingEvents: 0 });
  });

  it('cut off the location below a link from server and repository', () => {
    const result = outageOf(0, { component: 'link', name: 'Branch' });
    expect(result).toMatchObject({
      withoutImages: 300,
      withoutContact: 300,
      stopped: 300,
      hasNoReports: false,
    });
  });

  it('stop people with the database of Carrel, and nothing but reports with that of MED-V', () => {
    const database = { component: 'database' } as const;
    expect(outageOf(0, database)).toMatchObject({ stopped: 300, hasNoReports: true });
    const design = smallDesign({ users: 300, offlineLimitHours: 0, more: { profile: 'medv-1.0' } });
    const name = design.instances[0]?.name ?? '';
    const result = simulateOutage(design, { ...tuesday, ...database, name });
    expect(result).toMatchObject({ stopped: 0, hasNoReports: true, waitingEvents: 1500 });
  });

  it('are refused when the design does not have them', () => {
    expect(() => outageOf(0, { component: 'link', name: 'Nowhere' })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });
});
