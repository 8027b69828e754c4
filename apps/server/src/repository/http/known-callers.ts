import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '@carrel/kit';
import type { RepositoryCaller } from './exchange.ts';

/**
 * Tells whose credentials an `Authorization` header carries; `undefined` when they are not valid.
 *
 * @param address of the other side, for holding back who guesses
 */
export type VerifyCredentials = (
  authorizationHeader: string,
  address: string,
) => Promise<RepositoryCaller | undefined>;

/** For how long a withdrawn permission may still pull. */
const validityMs = 10_000;
const maximumRemembered = 10_000;

/**
 * Remembers for 10 s who a header belongs to. A fetch is thousands of requests with one header, and checking a
 * password is slow on purpose. Only a keyed hash of the header is kept, and only of valid ones.
 */
export function rememberCallers(verify: VerifyCredentials, clock: Clock): VerifyCredentials {
  const hashKey = randomBytes(32);
  const known = new Map<string, { readonly caller: RepositoryCaller; readonly untilMs: number }>();
  return async (header, address) => {
    const key = createHmac('sha256', hashKey).update(header).digest('base64');
    const found = known.get(key);
    if (found && clock.monotonicMs() < found.untilMs) return found.caller;
    known.delete(key);
    const caller = await verify(header, address);
    if (!caller) return undefined;
    if (known.size >= maximumRemembered) known.clear();
    known.set(key, { caller, untilMs: clock.monotonicMs() + validityMs });
    return caller;
  };
}
