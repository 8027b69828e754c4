import { expect, it } from 'vitest';
import { printable } from './terminal.ts';

it('what comes from elsewhere cannot steer the terminal', () => {
  const label = 'root\u001b[2J\u001b]0;title\u0007\r\u009b1A';
  expect(printable(`partition 1 (ext4 ${label})\n\tnext`)).toBe(
    'partition 1 (ext4 root [2J ]0;title   1A)\n\tnext',
  );
});
