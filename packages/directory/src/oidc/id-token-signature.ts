import { fail } from '@carrel/contract';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { z } from 'zod';

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(1000) });

/** Signatures that only the provider can make; none that uses a shared secret, and no token without one. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/**
 * The keys a provider publishes now. They are read anew for every sign-in: one made with a new key is believed at
 * once, one made with a withdrawn key no more.
 *
 * @throws {SSO_PROVIDER_INVALID}
 */
export async function readSigningKeys(
  provider: string,
  jwksUri: string | undefined,
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Promise<JSONWebKeySet> {
  const invalid = (reason: string, cause?: unknown): Error =>
    fail('SSO_PROVIDER_INVALID', { provider, reason }, cause);
  if (jwksUri === undefined || URL.parse(jwksUri)?.protocol !== 'https:') {
    throw invalid('it names no https address of its keys');
  }
  const answer = await fetch(jwksUri, { headers: { accept: 'application/json' } });
  if (!answer.ok) throw invalid(`its keys were answered with HTTP ${answer.status}`);
  const parsed = keySetSchema.safeParse(parseJson(await answer.text()));
  if (!parsed.success) throw invalid('its keys are not a JSON Web Key Set', parsed.error);
  return parsed.data;
}

/** Throws an error of `jose` unless one of the keys made the token's signature. */
export async function verifySignature(idToken: string, keys: JSONWebKeySet): Promise<void> {
  await compactVerify(idToken, createLocalJWKSet(keys), { algorithms });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
