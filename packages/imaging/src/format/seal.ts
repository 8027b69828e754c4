import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { isSameId } from './block-id.ts';
import { idBytes } from './constants.ts';
import { expectFormat, FormatError } from './format-error.ts';
import type { SealKeys } from './key-schedule.ts';
import { releaseBuffer } from './release-buffer.ts';

const nonceBytes = 12;
const tagBytes = 16;

/** So much longer than its payload is a sealed object. */
export const sealOverheadBytes = tagBytes;

export interface Sealed {
  /** Names the payload and what it is: 16 bytes. Needed to open it; kept in the index. */
  readonly id: Uint8Array;
  readonly stored: Uint8Array;
}

/**
 * Encrypts so that equal payloads become equal bytes: the nonce is the beginning of a keyed hash over context and
 * payload (as in AES-SIV), so one nonce never meets two payloads.
 *
 * @param context what the payload is; an object of one context never opens as another
 */
export function seal(keys: SealKeys, context: Uint8Array, payload: Uint8Array): Sealed {
  const id = sealId(keys, context, payload);
  const cipher = createCipheriv('aes-256-gcm', keys.encryption, id.subarray(0, nonceBytes));
  cipher.setAAD(context);
  const stored = new Uint8Array(payload.length + tagBytes);
  const encrypted = cipher.update(payload);
  stored.set(encrypted);
  releaseBuffer(encrypted);
  cipher.final();
  stored.set(cipher.getAuthTag(), payload.length);
  return { id, stored };
}

/**
 * Opens a sealed object. The id is recomputed too: whoever holds the key could otherwise make another payload with
 * the same tag, and the repository key is held by every computer that runs the image.
 *
 * @throws {FormatError} when one byte of it, its context or the id is another
 */
export function unseal(keys: SealKeys, context: Uint8Array, id: Uint8Array, stored: Uint8Array): Uint8Array {
  expectFormat(stored.length >= tagBytes, 'it is too short');
  const split = stored.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', keys.encryption, id.subarray(0, nonceBytes));
  decipher.setAAD(context);
  decipher.setAuthTag(stored.subarray(split));
  const payload = decipher.update(stored.subarray(0, split));
  try {
    decipher.final();
  } catch (cause) {
    throw new FormatError('it is not authentic', { cause });
  }
  expectFormat(isSameId(sealId(keys, context, payload), id), 'it has another identity');
  return payload;
}

function sealId(keys: SealKeys, context: Uint8Array, payload: Uint8Array): Uint8Array {
  const hash = createHmac('sha256', keys.identity).update(context).update(payload).digest();
  return hash.subarray(0, idBytes);
}
