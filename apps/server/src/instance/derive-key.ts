import { hkdfSync } from 'node:crypto';

/** Length of every key of an instance, in bytes. */
export const keyBytes = 32;

/** 32 bytes that depend on the key, the purpose and the context (HKDF-SHA256): the same for the same names, always. */
export function deriveKey(key: Uint8Array, purpose: string, ...context: readonly string[]): Buffer {
  // JSON keeps the parts apart: ["a","bc"] and ["ab","c"] differ.
  const info = JSON.stringify(['carrel', purpose, ...context]);
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), info, keyBytes));
}
