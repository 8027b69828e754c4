import { type ApiClient, fail, routes, type User } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import type { CliContext } from '../context.ts';
import { readSecret } from './read-secret.ts';

export interface SignedIn {
  readonly user: User;
  readonly token: string;
}

export interface PasswordSignInOptions {
  readonly userName: string;
  readonly passwordFile: string | undefined;
  /** The password to have from now on, where the present one has to be changed first. */
  readonly newPasswordFile: string | undefined;
}

/**
 * Signs in with a password, which is changed before where it has to be and a new one is given.
 *
 * @throws {PASSWORD_CHANGE_REQUIRED} it has to be, and none is given
 */
export async function signInByPassword(
  context: CliContext,
  api: ApiClient,
  { userName, passwordFile, newPasswordFile }: PasswordSignInOptions,
): Promise<SignedIn> {
  const password = await readSecret(context, {
    prompt: `Password of ${userName}`,
    file: passwordFile,
    variable: 'CARREL_PASSWORD',
    option: '--password-file',
  });
  try {
    return await signIn(context, api, userName, password);
  } catch (error) {
    if (!isAppError(error, 'PASSWORD_CHANGE_REQUIRED') || newPasswordFile === undefined) throw error;
  }
  const newPassword = await readSecret(context, {
    prompt: 'New password',
    file: newPasswordFile,
    variable: 'CARREL_NEW_PASSWORD',
    option: '--new-password-file',
  });
  const body = { userName, oldPassword: password, newPassword };
  await api.call(routes.replacePassword, { body, signal: context.signal });
  context.terminal.note('The password is changed.');
  return signIn(context, api, userName, newPassword);
}

async function signIn(
  { signal }: CliContext,
  api: ApiClient,
  userName: string,
  password: string,
): Promise<SignedIn> {
  const body = { userName, password, transport: 'bearer' } as const;
  const { user, token } = await api.call(routes.signIn, { body, signal });
  if (token !== undefined) return { user, token };
  throw fail('ANSWER_INVALID', { server: 'the server', request: 'signIn', reason: 'it holds no token' });
}
