import { createHash, type KeyObject, randomBytes } from 'node:crypto';
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

const lifetimeSeconds = 60;

/** The bearer token that proves one request is this device's own; see docs/device-proof.md. */
export async function createDeviceProof(identity: ProofIdentity, request: ProvenRequest): Promise<string> {
  const issuedAt = Math.floor(request.nowMs / 1000);
  return new SignJWT({
    htm: request.method,
    htu: request.path,
    bh: createHash('sha256')
      .update(request.body ?? '')
      .digest('base64url'),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'carrel-device+jwt', kid: identity.deviceId })
    .setAudience(identity.instanceId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .setJti(randomBytes(16).toString('base64url'))
    .sign(identity.signingKey);
}
