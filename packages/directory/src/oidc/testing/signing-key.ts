import { decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

export const signingAlgorithm = 'ES256';

/** A private key that a provider signs ID tokens with. */
export async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const kid = crypto.randomUUID();
  return { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: signingAlgorithm };
}

export type ChangeClaims = (claims: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** The same token with other claims, signed anew: what a provider gone astray would send. */
export async function signAnew(token: string, key: JWK, change: ChangeClaims): Promise<string> {
  return new SignJWT(change(decodeJwt(token)))
    .setProtectedHeader({ alg: signingAlgorithm, kid: key.kid ?? '' })
    .sign(await importJWK(key, signingAlgorithm));
}
