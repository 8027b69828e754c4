import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  type DeviceProofClaims,
  deviceProofClaimsSchema,
  deviceProofLifetimeSeconds,
  deviceProofSkewSeconds,
  deviceProofType,
  fail,
} from '@carrel/contract';
import type { Clock, DeviceId } from '@carrel/kit';
import type { FastifyRequest } from 'fastify';
import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import { z } from 'zod';
import type { Queries, Row } from '../../database/index.ts';
import type { DeviceCaller } from '../../http/index.ts';
import type { ReplayMemory } from './replay-memory.ts';

export interface DeviceProofOptions {
  readonly instanceId: string;
  readonly queries: Queries;
  readonly clock: Clock;
  readonly replays: ReplayMemory;
}

const headerSchema = z.object({
  alg: z.literal('EdDSA'),
  typ: z.literal(deviceProofType),
  kid: z.uuid(),
});

/**
 * Which device a request is from, by the proof it carries (docs/device-proof.md). The body is compared later, when it
 * has been read.
 *
 * @throws {DEVICE_PROOF_INVALID}
 * @throws {DEVICE_UNKNOWN}
 * @throws {DEVICE_PENDING}
 * @throws {DEVICE_REVOKED}
 */
export async function findDeviceCaller(
  options: DeviceProofOptions,
  request: FastifyRequest,
): Promise<DeviceCaller> {
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined || token.length > 4096) throw invalid('there is none');
  const device = await findDevice(options.queries, deviceIdOf(token));
  const { claims, isByNextKey } = await verifyByEither(token, device);
  judge(claims, options, request);
  if (device.state === 'pending') throw fail('DEVICE_PENDING', {});
  if (device.state !== 'active') throw fail('DEVICE_REVOKED', {});
  // Remembered past the moment at which its own expiry refuses it, skew included.
  const expiresAtMs = (claims.exp + deviceProofSkewSeconds) * 1000;
  const name = `${device.id} ${claims.jti}`;
  if (!options.replays.use(name, expiresAtMs, options.clock.nowMs())) {
    // Written to the audit log under the device's name, the first time.
    const isFirst = options.replays.use(`${name} again`, expiresAtMs, options.clock.nowMs());
    if (isFirst) request.caller = callerOf(device, claims);
    throw invalid('it was used before');
  }
  const present = isByNextKey ? await promoteNextKeys(options.queries, device) : device;
  return callerOf(present, claims);
}

function callerOf(device: Row<'devices'>, claims: DeviceProofClaims): DeviceCaller {
  return { kind: 'device', deviceId: device.id as DeviceId, device, bodyHash: claims.bh };
}

/** By the present key, or by the one that is to follow it. */
async function verifyByEither(
  token: string,
  device: Row<'devices'>,
): Promise<{ claims: DeviceProofClaims; isByNextKey: boolean }> {
  try {
    return { claims: await verify(token, keyOf(device.signingKey)), isByNextKey: false };
  } catch (error) {
    if (device.nextSigningKey === null) throw error;
    return { claims: await verify(token, keyOf(device.nextSigningKey)), isByNextKey: true };
  }
}

/** The device has its new keys and uses them: the old ones count no longer. */
async function promoteNextKeys(queries: Queries, device: Row<'devices'>): Promise<Row<'devices'>> {
  const { nextSigningKey, nextSealingKey } = device;
  if (nextSigningKey === null || nextSealingKey === null) return device;
  const promoted = await queries
    .updateTable('devices')
    .set({
      signingKey: nextSigningKey,
      sealingKey: nextSealingKey,
      nextSigningKey: null,
      nextSealingKey: null,
    })
    .where('id', '=', device.id)
    .where('nextSigningKey', '=', nextSigningKey)
    .returningAll()
    .executeTakeFirst();
  return promoted ?? findDevice(queries, device.id);
}

function deviceIdOf(token: string): string {
  try {
    return headerSchema.parse(decodeProtectedHeader(token)).kid;
  } catch (error) {
    throw invalid('its header is not that of a device proof', error);
  }
}

async function findDevice(queries: Queries, deviceId: string): Promise<Row<'devices'>> {
  const row = await queries.selectFrom('devices').selectAll().where('id', '=', deviceId).executeTakeFirst();
  if (!row) throw fail('DEVICE_UNKNOWN', {});
  return row;
}

function keyOf(x: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

async function verify(token: string, key: KeyObject): Promise<DeviceProofClaims> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ['EdDSA'] });
    const content: unknown = JSON.parse(new TextDecoder().decode(payload));
    return deviceProofClaimsSchema.parse(content);
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      throw invalid('its signature is wrong', error);
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof z.ZodError) {
      throw invalid('it lacks what a device proof says', error);
    }
    throw error;
  }
}

function judge(claims: DeviceProofClaims, options: DeviceProofOptions, request: FastifyRequest): void {
  const nowSeconds = options.clock.nowMs() / 1000;
  if (claims.aud !== options.instanceId) throw invalid('it is for another instance');
  if (claims.exp - claims.iat > deviceProofLifetimeSeconds) throw invalid('it is valid for too long');
  if (claims.iat > nowSeconds + deviceProofSkewSeconds) throw invalid('it is from the future');
  if (claims.exp < nowSeconds - deviceProofSkewSeconds) throw invalid('it has expired');
  const path = request.url.split('?', 1)[0];
  if (claims.htm !== request.method || claims.htu !== path) throw invalid('it is for another request');
}

function invalid(reason: string, cause?: unknown): Error {
  return fail('DEVICE_PROOF_INVALID', { reason }, cause);
}
