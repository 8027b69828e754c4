import { createHash } from 'node:crypto';
import { idBytes } from './constants.ts';
import type { ImageKeys } from './key-schedule.ts';

/** Computes the id of a block of exactly `blockBytes` bytes. The result is a view valid until it is copied. */
export type BlockIdentifier = (block: Uint8Array) => Uint8Array;

/**
 * Block id = first 16 bytes of SHA-256(key || block), the key being one hash block long. All inputs have one length,
 * so that this is a pseudo-random function (the cascade of a prefix-free set), and hashing the key is paid once.
 */
export function createBlockIdentifier(keys: ImageKeys): BlockIdentifier {
  const keyed = createHash('sha256').update(keys.blockId);
  return (block) => keyed.copy().update(block).digest().subarray(0, idBytes);
}

/** Whether two 16-byte ids are equal, the second being taken from a table. */
export function isSameId(id: Uint8Array, table: Uint8Array, tableOffset = 0): boolean {
  for (let index = 0; index < idBytes; index += 1) {
    if (id[index] !== table[tableOffset + index]) return false;
  }
  return true;
}
