import { fail, type LeaseKeys, leaseKeysSchema, type SealingKey } from '@carrel/contract';
import { CompactEncrypt, compactDecrypt, errors, importJWK } from 'jose';

const keyAlgorithm = 'ECDH-ES';
const contentAlgorithm = 'A256GCM';

/** Private half of a device's sealing key: an X25519 JSON Web Key. */
export interface DeviceSealingKey extends SealingKey {
  readonly d: string;
}

/** Seals a lease's keys so that only the device can open them (JWE compact, ECDH-ES with A256GCM). */
export async function sealKeys(keys: LeaseKeys, recipient: SealingKey): Promise<string> {
  const plaintext = new TextEncoder().encode(JSON.stringify(keys));
  const publicKey = await importJWK({ ...recipient }, keyAlgorithm);
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: keyAlgorithm, enc: contentAlgorithm })
    .encrypt(publicKey);
}

/**
 * Opens the keys of a verified lease.
 *
 * @throws {LEASE_SIGNATURE_INVALID} sealed to another device, or altered
 */
export async function openSealedKeys(sealed: string, key: DeviceSealingKey): Promise<LeaseKeys> {
  try {
    const privateKey = await importJWK({ ...key }, keyAlgorithm);
    const { plaintext } = await compactDecrypt(sealed, privateKey, {
      keyManagementAlgorithms: [keyAlgorithm],
      contentEncryptionAlgorithms: [contentAlgorithm],
    });
    const content: unknown = JSON.parse(new TextDecoder().decode(plaintext));
    return leaseKeysSchema.parse(content);
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || isInvalidKey(error)) {
      throw fail('LEASE_SIGNATURE_INVALID', {}, error);
    }
    throw error;
  }
}

/** Web Crypto reports unusable key material as `DataError` or `OperationError`. */
function isInvalidKey(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'DataError' || error.name === 'OperationError');
}
