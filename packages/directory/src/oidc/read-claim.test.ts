import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readClaim, textsOf } from './read-claim.ts';

it('prefers a claim that has the name as a whole to one that dots lead to', () => {
  const claims = {
    'https://corp.example/groups': ['a'],
    realm_access: { roles: ['b'] },
    'x.y': 1,
    x: { y: 2 },
  };
  expect(readClaim(claims, 'https://corp.example/groups')).toEqual(['a']);
  expect(readClaim(claims, 'realm_access.roles')).toEqual(['b']);
  expect(readClaim(claims, 'x.y')).toBe(1);
  expect(readClaim(claims, 'realm_access.roles.0')).toBeUndefined();
});

it('never reads what every object inherits', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'realm.constructor.name']) {
    expect(readClaim({ realm: {} }, name)).toBeUndefined();
  }
});

it('takes one text or a list of texts, and nothing else', () => {
  expect(textsOf('staff')).toEqual(['staff']);
  expect(textsOf([])).toEqual([]);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const texts = textsOf(value);
      if (texts) expect(texts).toEqual(Array.isArray(value) ? value : [value]);
      expect(texts?.every((text) => typeof text === 'string') ?? true).toBe(true);
    }),
  );
});
