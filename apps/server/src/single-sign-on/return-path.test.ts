import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseReturnPath } from './return-path.ts';

const consoleOrigin = 'https://carrel.example:7443';

it.each([
  ['/workspaces', '/workspaces'],
  ['/workspaces?tab=web#rules', '/workspaces?tab=web#rules'],
  ['/a/../b', '/b'],
  ['', '/'],
  [undefined, '/'],
  [['/a', '/b'], '/'],
  ['workspaces', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/x/..//evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [`/${'x'.repeat(3000)}`, '/'],
])('takes %j for %j', (wanted, path) => {
  expect(parseReturnPath(wanted)).toBe(path);
});

it('never leads away from the console, whatever it is given', () => {
  const pieces = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '//',
    'evil.example',
    ':',
    '@',
    '\t',
    '\n',
    '%2f',
    '%5c',
    '?',
    '#',
    ' ',
  );
  const paths = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => `/${parts.join('')}`),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(paths, (wanted) => {
      const path = parseReturnPath(wanted);
      expect(new URL(path, consoleOrigin).origin).toBe(consoleOrigin);
      // A header holds one line.
      expect(path).toMatch(/^\/[!-~]*$/);
      // What was let through once is let through again as it is.
      expect(parseReturnPath(path)).toBe(path);
    }),
    { numRuns: 2000 },
  );
});
