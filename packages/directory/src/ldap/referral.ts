import type { LdapAnswer, LdapConnection, LdapQuery } from './connection/ldap-connection.ts';

/** Who is asked when a server says that more is to be found elsewhere. */
export interface ReferralTarget {
  /** Whether the host is one of this directory's servers or its domain. */
  answersFor(host: string): boolean;
  asService<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T>;
}

/** A server may send on to another that sends on; so far and no further. */
const longestChain = 3;

/**
 * A search that also asks where the server sends on to, as long as that is a directory that is configured here: with
 * its own bind account and authority. All other references are left alone, so that no server can have passwords sent
 * to places of its choice.
 */
export async function searchWithReferrals(
  connection: LdapConnection,
  query: LdapQuery,
  targets: readonly ReferralTarget[],
  depth = 0,
): Promise<LdapAnswer['entries']> {
  const { entries, references } = await connection.search(query);
  const found = [...entries];
  if (depth >= longestChain) return found;
  for (const reference of references) {
    if (found.length >= query.limit) break;
    const parsed = parseReference(reference);
    const target = parsed && targets.find((candidate) => candidate.answersFor(parsed.host));
    if (!parsed || !target) continue;
    const further = { ...query, base: parsed.base || query.base, limit: query.limit - found.length };
    found.push(
      ...(await target.asService((other) => searchWithReferrals(other, further, targets, depth + 1))),
    );
  }
  return found;
}

/** Host and base of an LDAP URL (RFC 4516); the rest of the query stays as it was. */
function parseReference(reference: string): { readonly host: string; readonly base: string } | undefined {
  const url = URL.parse(reference);
  if (!url || !['ldap:', 'ldaps:'].includes(url.protocol)) return undefined;
  try {
    return { host: url.hostname.toLowerCase(), base: decodeURIComponent(url.pathname.replace(/^\//, '')) };
  } catch (error) {
    // A percent sign that encodes nothing: not a reference.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
