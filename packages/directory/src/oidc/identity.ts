import { displayNameSchema, fail, userNameSchema } from '@carrel/contract';
import type { OidcIdentity, OidcSettings } from './oidc-client.ts';
import { type Claims, hidesClaim, readClaim, textsOf } from './read-claim.ts';

const longestIdentifier = 200;
const longestDisplayName = 100;

/**
 * Who the claims speak of, by the names the provider is configured with.
 *
 * @throws {SSO_NOT_ALLOWED} without the claim that is required
 * @throws {SSO_CLAIM_MISSING} without a user name, or with groups that cannot be read
 */
export function identityOf(
  claims: Claims & { readonly sub: string },
  settings: OidcSettings,
): Omit<OidcIdentity, 'idToken'> {
  requireClaim(claims, settings);
  const missing = (claim: string): Error =>
    fail('SSO_CLAIM_MISSING', { provider: settings.displayName, claim });
  const userName = userNameSchema.safeParse(readClaim(claims, settings.userNameClaim));
  if (!userName.success) throw missing(settings.userNameClaim);
  return {
    subject: claims.sub,
    userName: userName.data,
    displayName: displayNameOf(readClaim(claims, settings.displayNameClaim), userName.data),
    groups: groupsOf(claims, settings, missing),
  };
}

function requireClaim(claims: Claims, { required, displayName }: OidcSettings): void {
  if (required === null) return;
  const held = textsOf(readClaim(claims, required.claim)) ?? [];
  if (held.some((value) => required.values.includes(value))) return;
  throw fail('SSO_NOT_ALLOWED', { provider: displayName, claim: required.claim });
}

function displayNameOf(value: unknown, userName: string): string {
  const text = typeof value === 'string' ? value.trim().slice(0, longestDisplayName) : '';
  const parsed = displayNameSchema.safeParse(text);
  return parsed.success ? parsed.data : userName.slice(0, longestDisplayName);
}

function groupsOf(
  claims: Claims,
  { groups: { claim, taken, listed } }: OidcSettings,
  missing: (claim: string) => Error,
): OidcIdentity['groups'] {
  if (claim === null) return [];
  // The provider has groups and says that they did not fit: taking none would withdraw what the person has.
  if (hidesClaim(claims, claim)) throw missing(claim);
  const value = readClaim(claims, claim);
  const held = value === undefined ? [] : textsOf(value);
  if (!held) throw missing(claim);
  const names = new Map(listed.map((group) => [group.externalId, group.name]));
  return [...new Set(held)].flatMap((externalId) => {
    const name = names.get(externalId) ?? (taken === 'all' ? externalId : undefined);
    const parsed = displayNameSchema.safeParse(name);
    if (!parsed.success || externalId.length > longestIdentifier) return [];
    return [{ externalId, name: parsed.data }];
  });
}
