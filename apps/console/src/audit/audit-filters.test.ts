import { expect, test } from 'vitest';
import { auditFiltersSchema, auditQuery } from './audit-filters.ts';

test('days become whole days in the reader’s time zone', () => {
  const { since = '', until = '' } = auditQuery({ from: '2026-11-20', to: '2026-11-20' });
  expect(Date.parse(until) - Date.parse(since)).toBe(24 * 3_600_000 - 1);
  expect(new Date(since).getHours()).toBe(0);
});

test('what is not set is not sent', () => {
  expect(auditQuery({ outcome: 'denied', actor: undefined })).toEqual({ outcome: 'denied' });
});

test('an address somebody mistyped shows everything', () => {
  expect(auditFiltersSchema.parse({ outcome: 'perhaps', from: 'yesterday', actor: ' ada ' })).toEqual({
    actor: 'ada',
  });
});
