import { expect, test } from 'vitest';
import { showValue } from './show-value.ts';

test.each([
  [true, 'yes'],
  [4, '4'],
  ['', '(empty)'],
  ['nat', 'Through the computer (NAT)'],
  ['image-1', 'debian-desktop'],
  ['Finance', 'Finance'],
  [[{ hostMiB: 1024, guestMiB: 378 }], '1024→378'],
])('%j reads %s', (value, expected) => {
  expect(showValue(value, (id) => (id === 'image-1' ? 'debian-desktop' : undefined))).toBe(expected);
});
