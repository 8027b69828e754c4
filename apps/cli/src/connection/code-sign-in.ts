import { type DeviceSignIn, fail } from '@carrel/contract';
import type { CliContext } from '../context.ts';

/** A provider people may sign in through. */
export interface SignInOption {
  readonly id: string;
  readonly displayName: string;
}

/**
 * The provider that `--sso [PROVIDER]` means: the one of that name or id, or the only one there is.
 *
 * @throws {USAGE} several and none named, or there is none at all
 * @throws {NOT_FOUND}
 */
export function chooseProvider<Option extends SignInOption>(
  options: readonly Option[],
  wanted: string | true,
  command: string,
): Option {
  const names = options.map((option) => option.displayName).join(', ');
  if (wanted !== true) {
    const key = wanted.toLowerCase();
    const found = options.find((option) => option.id === key || option.displayName.toLowerCase() === key);
    if (found) return found;
    throw fail('NOT_FOUND', { kind: 'sign-in provider', id: wanted });
  }
  const [only, ...others] = options;
  if (only && others.length === 0) return only;
  const reason = only
    ? `There are several sign-in providers (${names}): name one after --sso.`
    : 'This server has no sign-in provider; sign in with a user name and a password.';
  throw fail('USAGE', { reason, command });
}

type Answer =
  | { readonly outcome: 'pending'; readonly intervalSeconds: number }
  | { readonly outcome: 'signed-in' };

/**
 * Tells the person the address and the code, and asks until they have finished there.
 *
 * @param ask whether they have; called no faster than the provider wants
 * @throws {SSO_CODE_EXPIRED} they did not in time
 */
export async function waitForCode<A extends Answer>(
  { terminal, clock, signal }: CliContext,
  flow: DeviceSignIn,
  isJson: boolean,
  ask: () => Promise<A>,
): Promise<Extract<A, { readonly outcome: 'signed-in' }>> {
  const { userCode, verificationUri, verificationUriComplete, expiresInSeconds } = flow;
  if (isJson) {
    terminal.out(JSON.stringify({ userCode, verificationUri, verificationUriComplete, expiresInSeconds }));
  } else {
    terminal.note(`Open ${verificationUri} in any browser and enter the code ${userCode}`);
    if (verificationUriComplete !== null) terminal.note(`or open ${verificationUriComplete}`);
  }
  let { intervalSeconds } = flow;
  for (;;) {
    await clock.sleep(intervalSeconds * 1000, signal);
    const answer = await ask();
    if (isSignedIn(answer)) return answer;
    if (answer.outcome === 'pending') ({ intervalSeconds } = answer);
  }
}

function isSignedIn<A extends Answer>(answer: A): answer is Extract<A, { readonly outcome: 'signed-in' }> {
  return answer.outcome === 'signed-in';
}
