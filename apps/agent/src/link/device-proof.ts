import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { type DeviceProofClaims, deviceProofLifetimeSeconds, deviceProofType } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { SignJWT } from 'jose';

/** Who proves itself to whom. */
export interface ProofIdentity {
  readonly deviceId: DeviceId;
  readonly instanceId: string;
  /** Ed25519, private. */
  readonly signingKey: KeyObject;
}

/** The request that is being made. */
export interface ProvenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  /** Server time as this device believes it. */
  readonly nowMs: number;
}

/** The bearer token that proves one request is this device's own; see docs/device-proof.md. */
export async function createDeviceProof(identity: ProofIdentity, request: ProvenRequest): Promise<string> {
  const issuedAt = Math.floor(request.nowMs / 1000);
  const claims: DeviceProofClaims = {
    aud: identity.instanceId,
    iat: issuedAt,
    exp: issuedAt + deviceProofLifetimeSeconds,
    jti: randomBytes(16).toString('base64url'),
    htm: request.method,
    htu: request.path,
    bh: createHash('sha256')
      .update(request.body ?? '')
      .digest('base64url'),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: deviceProofType, kid: identity.deviceId })
    .sign(identity.signingKey);
}
