import type { KeyObject } from 'node:crypto';
import { sealingKeySchema } from '@carrel/contract';
import type { DeviceSealingKey } from '@carrel/policy';
import { z } from 'zod';

const sealingJwkSchema = sealingKeySchema.extend({ d: z.string() });

/** A private X25519 key as what opens sealed keys takes it. */
export function sealingJwk(key: KeyObject): DeviceSealingKey {
  return sealingJwkSchema.parse(key.export({ format: 'jwk' }));
}
