import { expect, test } from 'vitest';
import { showValue } from './show-value.ts';

test.each([
  [true, undefined, 'yes'],
  [4, undefined, '4'],
  ['', undefined, '(empty)'],
  ['nat', 'network.mode', 'Through the computer (NAT)'],
  [null, 'virtualMachine.lockAfterIdleMinutes', 'never'],
  [15, 'virtualMachine.lockAfterIdleMinutes', '15 min'],
  ['image-1', undefined, 'debian-desktop'],
  ['Finance', undefined, 'Finance'],
  [[], 'web.rules', '(none)'],
  [['10.0.0.0/8', 'fc00::/7'], undefined, '10.0.0.0/8, fc00::/7'],
  [[{ hostMiB: 1024, guestMiB: 378 }], undefined, '1024→378'],
  [[{ name: 'Word', command: 'word.exe' }, { name: 'Excel' }], undefined, 'Word, Excel'],
  [
    [
      { kind: 'all-local', value: '' },
      { kind: 'domain-suffix', value: 'a.b' },
    ],
    undefined,
    'all-local, domain-suffix a.b',
  ],
  [{ isAllowed: true, command: null }, undefined, 'isAllowed: yes, command: (none)'],
])('%j of %s reads %s', (value, path, expected) => {
  const imageName = (id: string): string | undefined => (id === 'image-1' ? 'debian-desktop' : undefined);
  expect(showValue(value, path === undefined ? { imageName } : { path, imageName })).toBe(expected);
});
