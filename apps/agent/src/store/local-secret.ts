import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts what lies in the database with a key that lies beside it in a file only the agent may read. */
export interface LocalSecret {
  /** @param context what the secret belongs to; opening needs the same */
  seal(secret: string, context: string): Uint8Array;
  /** `undefined` when it was altered, belongs to another context or to another key. */
  open(sealed: Uint8Array, context: string): string | undefined;
}

/** AES-256-GCM; `key` is 32 bytes. */
export function createLocalSecret(key: Uint8Array): LocalSecret {
  return {
    seal: (secret, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open: (sealed, context) => {
      if (sealed.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes));
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      const body = decipher.update(sealed.subarray(nonceBytes + tagBytes));
      try {
        return Buffer.concat([body, decipher.final()]).toString('utf8');
      } catch (error) {
        if (error instanceof Error) return undefined;
        throw error;
      }
    },
  };
}
