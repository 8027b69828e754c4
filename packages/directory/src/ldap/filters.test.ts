import fc from 'fast-check';
import {
  AndFilter,
  BerReader,
  BerWriter,
  EqualityFilter,
  type Filter,
  FilterParser,
  OrFilter,
  SubstringFilter,
} from 'ldapts';
import { describe, expect, it } from 'vitest';
import { parseSignInName } from './accounts/sign-in-name.ts';
import { createProfile } from './profile.ts';

const settings = {
  name: 'Corp',
  isEnabled: true,
  dnsName: 'corp.example',
  netbiosName: 'CORP',
  userNameSuffixes: [],
  servers: [],
  baseDn: 'DC=corp,DC=example',
  bindDn: 'reader',
  bindPassword: 'secret',
  certificateAuthority: null,
  attributes: {},
  trustWithoutContactHours: 24,
};

/** What a server reads: the filter written to the wire and parsed from there. */
function onTheWire(filter: Filter): Filter {
  const writer = new BerWriter();
  filter.write(writer);
  return FilterParser.parse(new BerReader(writer.buffer));
}

/** The filter's structure with its values taken out. */
function shapeOf(filter: Filter): unknown {
  if (filter instanceof AndFilter || filter instanceof OrFilter) {
    return [filter.constructor.name, ...filter.filters.map(shapeOf)];
  }
  if (filter instanceof EqualityFilter || filter instanceof SubstringFilter) {
    return [filter.constructor.name, filter.attribute];
  }
  return filter.constructor.name;
}

function valuesOf(filter: Filter): string[] {
  if (filter instanceof AndFilter || filter instanceof OrFilter) return filter.filters.flatMap(valuesOf);
  if (filter instanceof EqualityFilter) return [String(filter.value)];
  return filter instanceof SubstringFilter ? [filter.initial, ...filter.any, filter.final] : [];
}

/** Names of one form, so that what differs is only what was typed. */
const typed = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: fc.constantFrom('*', '(', ')', '&', '|', '!', '=', '\\', '\0', 'a', ':'), minLength: 1 }),
);

describe.each(['active-directory', 'rfc2307bis'] as const)('filters of %s', (kind) => {
  const profile = createProfile({ ...settings, profile: kind });

  it('have the same structure whatever name is typed, with the name as a value', () => {
    const plain = shapeOf(onTheWire(profile.accountNamed({ form: 'plain', name: 'ada' })));
    fc.assert(
      fc.property(typed, (name) => {
        const filter = onTheWire(profile.accountNamed({ form: 'plain', name }));
        expect(shapeOf(filter)).toEqual(plain);
        expect(valuesOf(filter)).toContain(Buffer.from(name).toString());
      }),
    );
  });

  it('have one structure for each form of a name', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const name = parseSignInName(text);
        const usual = { plain: 'a', 'down-level': String.raw`D\a`, principal: 'a@d' }[name.form];
        expect(shapeOf(onTheWire(profile.accountNamed(name)))).toEqual(
          shapeOf(onTheWire(profile.accountNamed(parseSignInName(usual)))),
        );
      }),
    );
  });

  it('search for a text as it is, stars and all', () => {
    const plain = shapeOf(onTheWire(profile.accountContaining('ada')));
    fc.assert(
      fc.property(typed, (text) => {
        const filter = onTheWire(profile.accountContaining(text));
        expect(shapeOf(filter)).toEqual(plain);
        expect(valuesOf(filter)).toContain(Buffer.from(text).toString());
      }),
    );
  });

  it('search for nothing in particular not at all', () => {
    expect(() => profile.groupContaining('')).toThrow(RangeError);
  });
});
