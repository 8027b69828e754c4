import { describeValue } from '@carrel/policy';

const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;

/** The value of an effective setting as people read it: a moment, a duration, yes or no. */
export function describeSetting(setting: string, value: unknown): string {
  if (setting === 'validUntil') {
    return typeof value === 'number' ? `until ${new Date(value * 1000).toISOString()}` : 'for ever';
  }
  if (setting === 'offlineLimitSeconds') return describeOfflineLimit(value);
  return describeValue(value);
}

function describeOfflineLimit(value: unknown): string {
  if (value === 0) return 'forbidden';
  if (typeof value !== 'number') return 'unlimited';
  return value % daySeconds === 0 ? `${value / daySeconds} d` : `${value / hourSeconds} h`;
}
