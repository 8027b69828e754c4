import { fail } from '@carrel/contract';
import { expect, test } from 'vitest';
import { describeError, retryAfterSeconds } from './describe-error.ts';

test('an error of the catalogue is shown with its own two sentences', () => {
  expect(describeError(fail('PERMISSION_DENIED', { permission: 'images.publish' }))).toEqual({
    message: 'This needs the permission images.publish.',
    remedy: 'Ask an administrator for a role that has it.',
    code: 'PERMISSION_DENIED',
  });
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
