import { idSchema } from '@carrel/contract';
import type { UserId } from '@carrel/kit';
import { z } from 'zod';
import type { Facts } from '../store/facts.ts';

/** Who has signed in at this computer since it was started. */
export interface Presence {
  has(userId: UserId): boolean;
  note(userId: UserId): void;
}

const factName = 'sign-ins';
const factSchema = z.object({ bootId: z.string(), userIds: z.array(idSchema('user')) });

/**
 * @param facts under the seal of the store: a sign-in that somebody put there does not count
 * @param bootId of the present start of the computer
 */
export function createPresence(facts: Facts, bootId: string): Presence {
  const present = (): UserId[] => {
    const kept = facts.read(factName, factSchema);
    return kept?.bootId === bootId ? kept.userIds : [];
  };
  return {
    has: (userId) => present().includes(userId),
    note: (userId) => {
      const userIds = present();
      if (!userIds.includes(userId)) facts.write(factName, { bootId, userIds: [...userIds, userId] });
    },
  };
}
