import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey, keyBytes } from './derive-key.ts';

const nonceBytes = 12;
const tagBytes = 16;
const version = 1;

/**
 * The one key of an instance under which its other secrets are kept. Whatever holds it – this process, or a device that
 * never lets it out – seals and opens; nothing else is asked of it, so that it can be replaced by another one.
 */
export interface MasterKey {
  /**
   * Seals a secret for the database (AES-256-GCM under a key derived for the purpose).
   *
   * @param purpose what the secret is, e.g. `repository-key`; unwrapping needs the same one
   * @returns base64url of version, nonce, ciphertext and tag
   */
  wrap(purpose: string, secret: Uint8Array): string;
  /** Opens what {@link wrap} sealed. Throws when it was altered or sealed for another purpose. */
  unwrap(purpose: string, wrapped: string): Buffer;
}

/** @param key 32 random bytes */
export function createMasterKey(key: Uint8Array): MasterKey {
  if (key.length !== keyBytes) throw new RangeError(`a master key has ${keyBytes} bytes, got ${key.length}`);
  return {
    wrap: (purpose, secret) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', deriveKey(key, 'wrap', purpose), nonce);
      cipher.setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([Buffer.of(version), nonce, sealed, cipher.getAuthTag()]).toString('base64url');
    },
    unwrap: (purpose, wrapped) => {
      const bytes = Buffer.from(wrapped, 'base64url');
      if (bytes[0] !== version)
        throw new Error(`a secret is wrapped in an unknown way (${String(bytes[0])})`);
      const nonce = bytes.subarray(1, 1 + nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', deriveKey(key, 'wrap', purpose), nonce, {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      const sealed = bytes.subarray(1 + nonceBytes, bytes.length - tagBytes);
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    },
  };
}
