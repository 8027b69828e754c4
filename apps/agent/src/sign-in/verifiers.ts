import { userNameSchema } from '@carrel/contract';
import {
  type FailureRecord,
  hashPassword,
  isLocked,
  noFailures,
  recordFailure,
  verifyPassword,
} from '@carrel/directory/passwords';
import type { UserId } from '@carrel/kit';
import { z } from 'zod';
import type { AgentDatabase } from '../store/database.ts';
import type { LocalSecret } from '../store/local-secret.ts';
import type { StoreSeal } from '../store/store-seal.ts';

/** A person as far as a sign-in names them. */
export interface KnownPerson {
  readonly userId: UserId;
  readonly userName: string;
}

export type VerifierAnswer =
  /** Nobody of this name has a verifier here. */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'wrong' }
  /** Too many wrong passwords: none is looked at before the time, milliseconds since 1970 in trusted time. */
  | { readonly outcome: 'held'; readonly untilMs: number }
  | { readonly outcome: 'right'; readonly person: KnownPerson };

/**
 * What shows who somebody is while the server cannot be asked: an argon2id hash of the password of their last sign-in
 * with the server, encrypted with a key that only this device has. Wrong passwords are counted here, in trusted time.
 */
export interface Verifiers {
  /** @param typedName how they named themselves, which may be with a domain */
  keep(person: KnownPerson, typedName: string, password: string): Promise<void>;
  check(name: string, password: string, trustedNowMs: number): Promise<VerifierAnswer>;
  /** The person may not sign in without the server any more. */
  forget(userId: UserId): void;
}

const contentSchema = z.object({
  userName: userNameSchema,
  /** In lower case. */
  names: z.array(z.string()),
  hash: z.string(),
  failures: z.object({
    count: z.int(),
    lastAtMs: z.number().nullable(),
    lockedUntilMs: z.number().nullable(),
  }),
});
type Content = z.infer<typeof contentSchema>;

interface Found {
  readonly userId: UserId;
  readonly content: Content;
}

export function createVerifiers({ sqlite }: AgentDatabase, seal: StoreSeal, secret: LocalSecret): Verifiers {
  const select = sqlite.prepare('SELECT user_id, sealed_verifier FROM verifiers');
  const upsert = sqlite.prepare(
    `INSERT INTO verifiers (user_id, sealed_verifier) VALUES (?, ?)
     ON CONFLICT (user_id) DO UPDATE SET sealed_verifier = excluded.sealed_verifier`,
  );
  const remove = sqlite.prepare('DELETE FROM verifiers WHERE user_id = ?');
  const put = (userId: UserId, content: Content): void => {
    const sealed = secret.seal(JSON.stringify(content), contextOf(userId));
    seal.change(() => upsert.run(userId, sealed));
  };
  const find = (name: string): Found | undefined =>
    select
      .all()
      .flatMap((row) => openRow(row, secret))
      .find(({ content }) => content.names.includes(name.toLowerCase()));

  return {
    keep: async (person, typedName, password) => {
      const names = [...new Set([person.userName.toLowerCase(), typedName.toLowerCase()])];
      const hash = await hashPassword(password);
      put(person.userId, { userName: person.userName, names, hash, failures: noFailures });
    },
    check: async (name, password, trustedNowMs) => {
      const before = seal.isIntact ? find(name) : undefined;
      if (!before) return { outcome: 'unknown' };
      const held = heldUntil(before.content.failures, trustedNowMs);
      if (held !== undefined) return { outcome: 'held', untilMs: held };
      // Counted before the password is looked at, so that guesses made at once, or ended by a kill, all count.
      put(before.userId, {
        ...before.content,
        failures: recordFailure(before.content.failures, trustedNowMs),
      });
      if (!(await verifyPassword(password, before.content.hash))) return { outcome: 'wrong' };
      put(before.userId, { ...before.content, failures: noFailures });
      return { outcome: 'right', person: { userId: before.userId, userName: before.content.userName } };
    },
    forget: (userId) => void seal.change(() => remove.run(userId)),
  };
}

function heldUntil(failures: FailureRecord, nowMs: number): number | undefined {
  return isLocked(failures, nowMs) ? (failures.lockedUntilMs ?? undefined) : undefined;
}

/** None where it was altered or moved to another person. */
function openRow(row: Record<string, unknown>, secret: LocalSecret): Found[] {
  const { user_id: userId, sealed_verifier: sealed } = rowSchema.parse(row);
  const text = secret.open(sealed, contextOf(userId));
  return text === undefined ? [] : [{ userId, content: contentSchema.parse(JSON.parse(text)) }];
}

const rowSchema = z.object({
  user_id: z.string().transform((text) => text as UserId),
  sealed_verifier: z.instanceof(Uint8Array),
});

function contextOf(userId: UserId): string {
  return `verifier of ${userId}`;
}
