import type { DeviceId } from '@carrel/kit';
import { createLocalJWKSet, errors, importJWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Instance } from '../instance/index.ts';

const tokenType = 'carrel-repository+jwt';
const audience = 'repository';
export const repositoryTokenLifeSeconds = 2 * 3600;

/** A bearer token with which a device may pull from the built-in repository. */
export async function issueRepositoryToken(
  instance: Pick<Instance, 'id' | 'leaseKeys'>,
  deviceId: DeviceId,
  nowMs: number,
): Promise<string> {
  const { signing } = instance.leaseKeys;
  const issuedAt = Math.floor(nowMs / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', typ: tokenType, kid: signing.kid })
    .setIssuer(instance.id)
    .setAudience(audience)
    .setSubject(deviceId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + repositoryTokenLifeSeconds)
    .sign(await importJWK({ ...signing }, 'EdDSA'));
}

/** The device a token was issued to; `undefined` when it is not ours, altered or expired. */
export async function readRepositoryToken(
  instance: Pick<Instance, 'id' | 'leaseKeys'>,
  token: string,
  nowMs: number,
): Promise<DeviceId | undefined> {
  const keys = createLocalJWKSet({
    keys: instance.leaseKeys.published.map((key) => ({ ...key, alg: 'EdDSA' })),
  });
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['EdDSA'],
      typ: tokenType,
      issuer: instance.id,
      audience,
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(nowMs),
    });
    return z.uuid().parse(payload.sub) as DeviceId;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
