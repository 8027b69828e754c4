import { fail } from '@carrel/contract';
import { expect, test } from 'vitest';
import { describeError, retryAfterSeconds } from './describe-error.ts';

test('an error of the catalogue is shown with its own two sentences', () => {
  expect(describeError(fail('PERMISSION_DENIED', { permission: 'images.publish' }))).toEqual({
    message: 'This needs the permission images.publish.',
    remedy: 'Ask an administrator for a role that has it.',
    code: 'PERMISSION_DENIED',
    faults: [],
  });
});

test('what the server found wrong is told field by field, and nothing else is taken for it', () => {
  const fault = { field: 'images[Desk].sizeGb', message: 'It is below 0.', remedy: 'Give a number above 0.' };
  const described = describeError(fail('PLAN_INVALID', { name: 'p', count: 1, faults: [fault] }));
  expect(described.faults).toEqual([fault]);
  expect(describeError(fail('PLAN_INVALID', { name: 'p', count: 1, faults: 'many' })).faults).toEqual([]);
});

test('a fault of the page says so and keeps the reason for the report', () => {
  const described = describeError(new TypeError('x is undefined'));
  expect(described.code).toBeUndefined();
  expect(described.remedy).toContain('x is undefined');
});

test('the wait the server asks for is whole seconds, and absent where it asks for none', () => {
  expect(retryAfterSeconds(fail('REQUEST_LIMITED', { retryAfterSeconds: 29.2 }))).toBe(30);
  expect(retryAfterSeconds(fail('SIGN_IN_FAILED', {}))).toBeUndefined();
});
