import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts';

/*
 * Filters are built as trees and sent as BER, never as text: a value can end neither its filter nor begin another, and
 * `*` in it is a star. This is the only file that makes filters.
 */

/** True for entries in the group, directly or through others (MS-ADTS, 3.1.1.3.4.4.3). */
const matchInChain = '1.2.840.113556.1.4.1941';
/** True when all these bits are set (MS-ADTS, 3.1.1.3.4.4.1). */
const matchAllBits = '1.2.840.113556.1.4.803';

export function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value });
}

/** The text is anywhere in the value, which must not be empty. */
export function includes(attribute: string, text: string): Filter {
  if (text === '') throw new RangeError('a filter for nothing in particular finds everything');
  return new SubstringFilter({ attribute, any: [text] });
}

export function isPresent(attribute: string): Filter {
  return new PresenceFilter({ attribute });
}

export function isInChain(attribute: string, distinguishedName: string): Filter {
  return new ExtensibleFilter({ matchType: attribute, rule: matchInChain, value: distinguishedName });
}

export function hasBits(attribute: string, bits: number): Filter {
  return new ExtensibleFilter({ matchType: attribute, rule: matchAllBits, value: String(bits) });
}

export function all(...filters: Filter[]): Filter {
  return new AndFilter({ filters });
}

export function any(...filters: Filter[]): Filter {
  return new OrFilter({ filters });
}
