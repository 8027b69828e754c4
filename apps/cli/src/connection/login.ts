import { type ApiClient, fail, routes } from '@carrel/contract';
import { findAuthority, parseFingerprint } from '@carrel/contract/node';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { chooseProvider, waitForCode } from './code-sign-in.ts';
import { readConnection, removeConnection, writeConnection } from './connection-file.ts';
import { connectTo, openServer } from './open-server.ts';
import { type SignedIn, signInByPassword } from './password-sign-in.ts';

interface LoginOptions {
  readonly user?: string;
  readonly sso?: string | true;
  readonly passwordFile?: string;
  readonly newPasswordFile?: string;
  readonly caFingerprint?: string;
  readonly trustFirstUse?: true;
  readonly systemTrust?: true;
  readonly json?: true;
}

/** `carrel login`, `logout`, `whoami`. */
export function registerConnectionCommands(program: Command, context: CliContext): void {
  program
    .command('login')
    .description('Sign in to a server; later commands use it')
    .argument('<server>', 'its address, such as https://carrel.example:7443')
    .option('-u, --user <name>', 'who signs in, with a password')
    .option('--sso [provider]', 'sign in at a sign-in provider, in any browser')
    .option('--password-file <file>', 'file with the password on its first line (- is standard input)')
    .option(
      '--new-password-file <file>',
      'the same for a new one, where the password has to be changed first',
    )
    .option(
      '--ca-fingerprint <sha256>',
      'fingerprint of the certificate authority, as the administrator gave it',
    )
    .option('--trust-first-use', 'accept the certificate authority the server shows now')
    .option('--system-trust', 'the server has a certificate that this computer trusts anyway')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel login https://carrel.example:7443 -u ada --ca-fingerprint 3f2a…
  carrel login https://127.0.0.1:7443 -u admin --trust-first-use --password-file admin-password
  carrel login https://carrel.example:7443 --sso
  carrel login https://carrel.example:7443 --sso Company --json

The password may also be in CARREL_PASSWORD. With --sso and --json the first line holds the address and the code, the
second one the result.`,
    )
    .action((server: string, options: LoginOptions) => login(context, server, options));

  program
    .command('logout')
    .description('Sign out and forget the server')
    .action(async () => {
      if (!(await readConnection(context.env))) return;
      await using server = await openServer(context);
      await server.api.call(routes.signOut, { signal: context.signal });
      await removeConnection(context.env);
      context.terminal.note('Signed out.');
    });

  program
    .command('whoami')
    .description('Show which server is used, and as whom')
    .option('--json', 'print the result as one JSON line')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const session = await server.api.call(routes.getSession, { signal: context.signal });
      const { roles } = session;
      const { userName } = session.user;
      const result = { server: server.connection.server, userName, roles, permissions: session.permissions };
      if (options.json) context.terminal.out(JSON.stringify(result));
      else context.terminal.out(`${userName} (${roles.join(', ') || 'no role'}) at ${result.server}`);
    });
}

async function login(context: CliContext, address: string, options: LoginOptions): Promise<void> {
  if ((options.user === undefined) === (options.sso === undefined)) {
    throw fail('USAGE', { reason: 'Give either --user or --sso.', command: 'carrel login' });
  }
  const origin = originOf(address);
  const base = { server: origin, authorityPem: await trustedAuthority(context, origin, options) };
  await using server = connectTo({ ...base, userName: '', token: '' });
  const { user, token } =
    options.user === undefined
      ? await signInByCode(context, server.api, options)
      : await signInByPassword(context, server.api, {
          userName: options.user,
          passwordFile: options.passwordFile,
          newPasswordFile: options.newPasswordFile,
        });
  await writeConnection(context.env, { ...base, userName: user.userName, token });
  if (options.json) context.terminal.out(JSON.stringify({ server: origin, userName: user.userName }));
  else context.terminal.note(`Signed in to ${origin} as ${user.displayName}.`);
}

async function signInByCode(
  context: CliContext,
  api: ApiClient,
  { sso = true, json }: LoginOptions,
): Promise<SignedIn> {
  const { signal } = context;
  const { items } = await api.call(routes.listSignInOptions, { signal });
  const { id: providerId } = chooseProvider(items, sso, 'carrel login');
  const flow = await api.call(routes.beginDeviceSignIn, { body: { providerId }, signal });
  return waitForCode(context, flow, json === true, () =>
    api.call(routes.finishDeviceSignIn, { body: { handle: flow.handle }, signal }),
  );
}

/** The authority to pin, or `null` for the system's trust. */
async function trustedAuthority(
  context: CliContext,
  origin: string,
  options: LoginOptions,
): Promise<string | null> {
  if (options.systemTrust) return null;
  if (options.caFingerprint !== undefined) {
    const fingerprint = parseFingerprint(options.caFingerprint);
    if (fingerprint === undefined) {
      throw fail('USAGE', { reason: 'A fingerprint is 64 hex digits.', command: 'carrel login' });
    }
    return (await findAuthority(new URL(origin), fingerprint)).pem;
  }
  const known = await readConnection(context.env);
  if (known?.server === origin) return known.authorityPem;
  const authority = await findAuthority(new URL(origin), undefined);
  if (!options.trustFirstUse) {
    const reason = `The server shows a certificate authority this computer does not know (sha256 ${authority.fingerprint}). Compare it with what the administrator has, then add --ca-fingerprint or --trust-first-use.`;
    throw fail('USAGE', { reason, command: 'carrel login' });
  }
  return authority.pem;
}

function originOf(address: string): string {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.username !== '') {
    throw fail('USAGE', {
      reason: `${address} is not a server address like https://HOST:PORT.`,
      command: 'carrel login',
    });
  }
  return url.origin;
}
