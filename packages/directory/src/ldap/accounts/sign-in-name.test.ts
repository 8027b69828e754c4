import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namesDomain, parseSignInName } from './sign-in-name.ts';

const corp = { dnsName: 'corp.example', netbiosName: 'CORP', userNameSuffixes: ['mail.example'] };

it('tells the forms of a name apart', () => {
  expect(parseSignInName(String.raw`CORP\ada`)).toEqual({ form: 'down-level', domain: 'CORP', name: 'ada' });
  expect(parseSignInName('ada@corp.example')).toMatchObject({
    form: 'principal',
    suffix: 'corp.example',
    name: 'ada',
  });
  expect(parseSignInName('a@b@corp.example')).toMatchObject({ suffix: 'corp.example', name: 'a@b' });
  for (const plain of ['ada', '@ada', 'ada@', String.raw`\ada`, 'ada\\', String.raw`a\b\c`]) {
    expect(parseSignInName(plain)).toEqual({ form: 'plain', name: plain });
  }
});

it('knows a domain by its short and its long name, and by its further suffixes', () => {
  const meant = (name: string) => namesDomain(parseSignInName(name), corp);
  for (const name of [
    String.raw`corp\ada`,
    String.raw`CORP.example\ada`,
    'ada@CORP.example',
    'ada@Mail.Example',
  ]) {
    expect(meant(name)).toBe(true);
  }
  for (const name of ['ada', String.raw`other\ada`, 'ada@example', 'ada@sub.corp.example']) {
    expect(meant(name)).toBe(false);
  }
  expect(namesDomain(parseSignInName(String.raw`null\ada`), { ...corp, netbiosName: null })).toBe(false);
});

it('loses nothing of a name, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseSignInName(text);
      switch (parsed.form) {
        case 'plain':
          return parsed.name === text;
        case 'down-level':
          return `${parsed.domain}\\${parsed.name}` === text;
        case 'principal':
          return `${parsed.name}@${parsed.suffix}` === text;
      }
    }),
  );
});
