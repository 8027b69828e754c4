/** One entry of a search. Names of attributes are compared whatever their case, as LDAP does. */
export interface LdapEntry {
  readonly distinguishedName: string;
  /** The first value as text. */
  text(attribute: string): string | undefined;
  /** All values as text. */
  texts(attribute: string): string[];
  /** All values as they came. */
  bytes(attribute: string): Buffer[];
}

/** @param attributes values by the name the server gave */
export function createLdapEntry(
  distinguishedName: string,
  attributes: ReadonlyMap<string, readonly (Buffer | string)[]>,
): LdapEntry {
  const values = new Map([...attributes].map(([name, list]) => [name.toLowerCase(), list]));
  const valuesOf = (attribute: string) => values.get(attribute.toLowerCase()) ?? [];
  const texts = (attribute: string): string[] =>
    valuesOf(attribute).map((value) => (typeof value === 'string' ? value : value.toString('utf8')));
  return {
    distinguishedName,
    texts,
    text: (attribute) => texts(attribute)[0],
    // Text that came was valid UTF-8, so its bytes are the ones the server sent.
    bytes: (attribute) => valuesOf(attribute).map((value) => Buffer.from(value as string)),
  };
}
