import { fail, type Lease, leaseSchema, type SigningKey } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { CompactSign, compactVerify, createLocalJWKSet, errors, importJWK } from 'jose';

/** `typ` of the protected header, so that no other signed thing passes for a lease. */
const leaseType = 'carrel-lease+jws';

/** Private half of an instance's lease key: an Ed25519 JSON Web Key with its id. */
export interface LeaseSigningKey extends SigningKey {
  readonly kid: string;
  readonly d: string;
}

/** Signs a lease (JWS compact, EdDSA over Ed25519). */
export async function signLease(lease: Lease, key: LeaseSigningKey): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(lease));
  const privateKey = await importJWK({ ...key }, 'EdDSA');
  return new CompactSign(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ: leaseType, kid: key.kid })
    .sign(privateKey);
}

export interface LeaseVerification {
  /** The instance's public keys; a lease names the one it is signed with. */
  readonly keys: readonly (SigningKey & { readonly kid: string })[];
  /** The instance this device is enrolled with. */
  readonly issuer: string;
  readonly deviceId: DeviceId;
}

/**
 * Checks a lease's signature, issuer and device, and gives its content. Time is judged by `evaluateLease`.
 *
 * @throws {LEASE_SIGNATURE_INVALID} altered, of an unknown key or issuer, or not a lease at all
 * @throws {LEASE_OTHER_DEVICE} authentic, but of another device
 */
export async function verifyLease(token: string, expected: LeaseVerification): Promise<Lease> {
  const lease = leaseSchema.safeParse(await verifiedPayload(token, expected));
  if (!lease.success) throw fail('LEASE_SIGNATURE_INVALID', {}, lease.error);
  if (lease.data.issuer !== expected.issuer) throw fail('LEASE_SIGNATURE_INVALID', {});
  if (lease.data.deviceId !== expected.deviceId) {
    throw fail('LEASE_OTHER_DEVICE', { workspace: lease.data.workspaceName });
  }
  return lease.data;
}

async function verifiedPayload(token: string, { keys }: LeaseVerification): Promise<unknown> {
  try {
    const keySet = createLocalJWKSet({ keys: keys.map((key) => ({ ...key, alg: 'EdDSA' })) });
    const { payload, protectedHeader } = await compactVerify(token, keySet, { algorithms: ['EdDSA'] });
    if (protectedHeader.typ !== leaseType) throw fail('LEASE_SIGNATURE_INVALID', {});
    return JSON.parse(new TextDecoder().decode(payload)) as unknown;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
      throw fail('LEASE_SIGNATURE_INVALID', {}, error);
    }
    throw error;
  }
}
