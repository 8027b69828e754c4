import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import type { Contact } from './contact.ts';

export interface ContactBeforeStartParts {
  /** One contact. Its outcome is known to the contact by itself. */
  readonly sync: () => Promise<void>;
  readonly contact: Pick<Contact, 'failed'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly server: string;
  readonly onFailure: (error: unknown) => void;
}

const answerTimeoutMs = 10_000;

/**
 * Tries to reach the server before a start, as whether it is in reach decides what a start may do. Never rejects. A
 * server that keeps silent counts as out of reach; what it answers later counts from then on.
 */
export async function makeContactBeforeStart(parts: ContactBeforeStartParts): Promise<void> {
  const { sync, contact, clock, server, onFailure } = parts;
  const done = new AbortController();
  const answered = sync()
    .catch(onFailure)
    .finally(() => done.abort());
  const givenUp = clock.sleep(answerTimeoutMs, done.signal).then(
    () => contact.failed(fail('SERVER_UNREACHABLE', { server, reason: 'no answer' })),
    () => answered,
  );
  await Promise.race([answered, givenUp]);
}
