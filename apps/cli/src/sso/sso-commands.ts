import { fail, routes, type SignInProvider } from '@carrel/contract';
import type { Command } from 'commander';
import { type OpenServer, openServer, readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { readProviderSettings } from './read-settings.ts';

interface JsonOption {
  readonly json?: true;
}

interface ApplyOptions extends JsonOption {
  readonly file: string;
  readonly clientSecretFile?: string;
}

/** `carrel sso …`. */
export function registerSsoCommands(program: Command, context: CliContext): void {
  const sso = program.command('sso').description('Sign-in providers (OpenID Connect)');
  sso
    .command('list')
    .description('List sign-in providers')
    .option('--json', 'print one JSON line a provider')
    .addHelpText('after', '\nExample:\n  carrel sso list')
    .action(async ({ json }: JsonOption) => {
      await using server = await openServer(context);
      await printList(context.terminal, providersOf(server, context), {
        isJson: json === true,
        whenEmpty: 'There are no sign-in providers. Add one: carrel sso apply -f FILE',
        columns: [
          { heading: 'NAME', value: (item) => item.displayName },
          { heading: 'ISSUER', value: (item) => item.issuer },
          { heading: 'CLIENT', value: (item) => item.clientId },
          { heading: 'STATE', value: (item) => (item.isEnabled ? 'enabled' : 'disabled') },
        ],
      });
    });
  registerApply(sso, context);
  sso
    .command('test')
    .description('Reach a provider and show what it offers and what it must know of this server')
    .argument('<name>')
    .option('--json', 'print one JSON line')
    .addHelpText('after', '\nExample:\n  carrel sso test Company')
    .action((name: string, { json }: JsonOption) => test(context, name, json === true));
  sso
    .command('remove')
    .description('Delete a provider and end the sessions it opened; its users stay')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  carrel sso remove Company')
    .action(async (name: string) => {
      await using server = await openServer(context);
      const { id } = await requireProvider(server, context, name);
      const params = { providerId: id };
      await server.api.call(routes.deleteSignInProvider, { params, signal: context.signal });
      context.terminal.note(`${name} is removed.`);
    });
}

function registerApply(sso: Command, context: CliContext): void {
  sso
    .command('apply')
    .description('Add a provider, or replace the settings of the one of that name')
    .requiredOption('-f, --file <file>', 'YAML or JSON with its settings (- is standard input)')
    .option('--client-secret-file <file>', 'file with the client secret on its first line')
    .option('--json', 'print the provider as one JSON line')
    .addHelpText(
      'after',
      `
Example:
  carrel sso apply -f company.yaml --client-secret-file company.secret

with company.yaml:
  displayName: Company
  issuer: https://login.company.example/realms/staff
  clientId: carrel
  consoleOrigin: https://carrel.company.example:7443
  required: { claim: groups, values: [carrel-users] }

Without --client-secret-file the secret stays as it is; a new provider then has none.`,
    )
    .action((options: ApplyOptions) => apply(context, options));
}

async function apply(context: CliContext, options: ApplyOptions): Promise<void> {
  const settings = await readProviderSettings(options.file);
  const { clientSecretFile: file } = options;
  const secret =
    file === undefined
      ? {}
      : {
          clientSecret: await readSecret(context, {
            prompt: 'Client secret',
            file,
            variable: 'CARREL_CLIENT_SECRET',
            option: '--client-secret-file',
          }),
        };
  await using server = await openServer(context);
  const { signal } = context;
  const known = await findProvider(server, context, settings.displayName);
  const body = { ...settings, ...secret };
  const provider = known
    ? await server.api.call(routes.changeSignInProvider, { params: { providerId: known.id }, body, signal })
    : await server.api.call(routes.createSignInProvider, { body, signal });
  if (options.json) context.terminal.out(JSON.stringify(provider));
  else
    context.terminal.note(
      `${provider.displayName} is ${known ? 'changed' : 'added'}. Try it: carrel sso test`,
    );
}

async function test(context: CliContext, name: string, isJson: boolean): Promise<void> {
  await using server = await openServer(context);
  const { id } = await requireProvider(server, context, name);
  const found = await server.api.call(routes.testSignInProvider, {
    params: { providerId: id },
    signal: context.signal,
  });
  if (isJson) {
    context.terminal.out(JSON.stringify(found));
    return;
  }
  const lines = [
    ['sign-in page', found.authorizationEndpoint],
    ['sign-in by code', found.hasDeviceFlow ? 'offered' : 'not offered'],
    ['sign-out', found.hasSignOut ? 'offered' : 'not offered'],
    ['signing keys', String(found.signingKeys)],
    ['redirect address', found.redirectUri],
    ['address after sign-out', found.postSignOutRedirectUri],
  ] as const;
  for (const [what, value] of lines) context.terminal.out(`${what.padEnd(24)}${value}`);
}

async function* providersOf(server: OpenServer, { signal }: CliContext): AsyncGenerator<SignInProvider> {
  const { items } = await server.api.call(routes.listSignInProviders, { signal });
  yield* items;
}

async function findProvider(
  server: OpenServer,
  context: CliContext,
  name: string,
): Promise<SignInProvider | undefined> {
  const all = await Array.fromAsync(providersOf(server, context));
  return all.find((item) => item.displayName.toLowerCase() === name.toLowerCase());
}

async function requireProvider(
  server: OpenServer,
  context: CliContext,
  name: string,
): Promise<SignInProvider> {
  const found = await findProvider(server, context, name);
  if (!found) throw fail('NOT_FOUND', { kind: 'sign-in provider', id: name });
  return found;
}
