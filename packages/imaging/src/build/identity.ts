import { createHash } from 'node:crypto';

/**
 * The identities a disk carries (partition table, partitions, file systems). They derive from the recipe, so
 * that building it again gives the same bytes.
 */
export interface DiskIdentity {
  readonly diskUuid: string;
  readonly biosPartitionUuid: string;
  readonly espPartitionUuid: string;
  readonly rootPartitionUuid: string;
  readonly rootUuid: string;
  readonly hashSeedUuid: string;
  /** FAT volume serial, eight hex digits. */
  readonly espSerial: string;
  /** 32 hex digits for `/etc/machine-id` where a system wants one while it is built. */
  readonly machineId: string;
}

/** Derives all identities from the text of a recipe. */
export function deriveIdentity(recipeText: string): DiskIdentity {
  const digest = (purpose: string): Buffer =>
    createHash('sha256')
      .update('carrel disk identity\0')
      .update(purpose)
      .update('\0')
      .update(recipeText)
      .digest();
  const uuid = (purpose: string): string => {
    const bytes = digest(purpose).subarray(0, 16);
    // RFC 9562 version 8: an identity made from a hash of one's own choice.
    bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
  return {
    diskUuid: uuid('disk'),
    biosPartitionUuid: uuid('bios partition'),
    espPartitionUuid: uuid('esp partition'),
    rootPartitionUuid: uuid('root partition'),
    rootUuid: uuid('root'),
    hashSeedUuid: uuid('hash seed'),
    espSerial: digest('esp serial').toString('hex', 0, 4),
    machineId: digest('machine id').toString('hex', 0, 16),
  };
}
