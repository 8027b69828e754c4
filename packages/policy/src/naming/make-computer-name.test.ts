import { type ComputerNameVariable, computerNamePatternSchema } from '@carrel/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeComputerName, type NamingValues } from './make-computer-name.ts';

const values: NamingValues = {
  username: 'ada.lovelace',
  hostname: 'LAPTOP-42',
  workspace: 'Accounting',
  domain: 'CORP',
  vm: 'xp-legacy',
};

/** Bytes 0, 1, 2 … again and again. */
function counting(): (count: number) => Uint8Array {
  let next = 0;
  return (count) => Uint8Array.from({ length: count }, () => next++ % 256);
}

const make = (pattern: string, more: Partial<NamingValues> = {}): string =>
  makeComputerName(pattern, { values: { ...values, ...more }, randomBytes: counting() });

describe('computer names', () => {
  it.each([
    ['constant', 'Legacy-1', 'LEGACY-1'],
    ['each variable', '%domain%-%vm%', 'CORP-XP-LEGACY'],
    ['at most n characters of a variable', '%username%[3]-%hostname%[6]', 'ADA-LAPTOP'],
    ['random digits and characters', 'X##**', 'X0123'],
    ['upper or lower case in the pattern', '%UserName%[3]', 'ADA'],
    ['no more than 15 characters', 'ABCDEFGHIJ%workspace%', 'ABCDEFGHIJACCOU'],
    ['random characters before long values', '%workspace%%hostname%-####', 'ACCOUNTING-0123'],
  ])('%s', (_what, pattern, expected) => {
    expect(make(pattern)).toBe(expected);
  });

  it('use letters without accents, and hyphens for what names cannot hold', () => {
    expect(make('%username%', { username: 'Zoë.Ångström' })).toBe('ZOE-ANGSTROM');
    expect(make('%username%', { username: '..ada..' })).toBe('ADA');
  });

  it('are made up where the values leave nothing, and never digits alone', () => {
    expect(make('%username%', { username: '山田' })).toBe('VM-01234567');
    expect(make('%username%', { username: '4711' })).toBe('N4711');
  });

  it('do not favor any character', () => {
    // 252 to 255 would come again as 0 to 3.
    const bytes = [255, 252, 35];
    const randomBytes = (): Uint8Array => Uint8Array.of(bytes.shift() ?? 0);
    expect(makeComputerName('X*', { values, randomBytes })).toBe('XZ');
  });

  it('are always valid, and the same for the same pattern, values and random numbers', () => {
    const variable = fc.constantFrom<ComputerNameVariable>(
      'username',
      'hostname',
      'workspace',
      'domain',
      'vm',
    );
    const part = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9-]{1,6}$/),
      fc.constantFrom('#', '*'),
      fc.tuple(variable, fc.integer({ min: 1, max: 15 })).map(([name, length]) => `%${name}%[${length}]`),
      variable.map((name) => `%${name}%`),
    );
    const patterns = fc
      .array(part, { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join(''))
      .filter((pattern) => computerNamePatternSchema.safeParse(pattern).success);
    const anyText = fc.string({ unit: 'binary', maxLength: 30 });
    const anyValues = fc.record({
      username: anyText,
      hostname: anyText,
      workspace: anyText,
      domain: anyText,
      vm: anyText,
    });
    fc.assert(
      fc.property(patterns, anyValues, fc.nat(255), (pattern, texts, start) => {
        const source = () => {
          const next = counting();
          next(start);
          return { values: texts, randomBytes: next };
        };
        const name = makeComputerName(pattern, source());
        expect(name).toMatch(/^[A-Z0-9](?:[A-Z0-9-]{0,13}[A-Z0-9])?$/);
        expect(name).toMatch(/[A-Z]/);
        expect(makeComputerName(pattern, source())).toBe(name);
      }),
    );
  });
});

describe('patterns', () => {
  it.each([
    ['nothing', ''],
    ['an unknown variable', '%user%'],
    ['more than 15 characters of a variable', '%vm%[16]'],
    ['a length of 0', '%vm%[0]'],
    ['a character names cannot hold', 'a_b'],
    ['fixed text that is too long', 'ABCDEFGHIJKLMNOP'],
    ['a hyphen first', '-%vm%'],
    ['digits alone', '12##'],
  ])('refuse %s', (_what, pattern) => {
    expect(computerNamePatternSchema.safeParse(pattern).success).toBe(false);
  });
});
