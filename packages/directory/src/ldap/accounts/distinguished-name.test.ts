import { expect, it } from 'vitest';
import { isBelow } from './distinguished-name.ts';

it('knows what is below a base, however it is written', () => {
  const base = 'DC=corp,DC=example';
  for (const name of [
    'dc=Corp, dc=Example',
    'CN=Ada,CN=Users,DC=corp,DC=example',
    String.raw`CN=a\,b,DC=corp , DC=example`,
  ]) {
    expect(isBelow(name, base)).toBe(true);
  }
  for (const name of ['DC=example', 'DC=xcorp,DC=example', 'CN=a,DC=corp,DC=example,DC=org']) {
    expect(isBelow(name, base)).toBe(false);
  }
});
