import { type RoleName, roleNameSchema, routes } from '@carrel/contract';
import { type Command, Option } from 'commander';
import { allItems, createFinder, openServer, readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface AddUserOptions {
  readonly displayName?: string;
  readonly passwordFile?: string;
  readonly role?: RoleName[];
  readonly json?: true;
}

/** `carrel user …`. */
export function registerUserCommands(program: Command, context: CliContext): void {
  const user = program.command('user').description('People who use workspaces or manage Carrel');
  user
    .command('list')
    .description('List users')
    .option('--json', 'print one JSON line a user')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const items = allItems((page) =>
        server.api.call(routes.listUsers, { query: page, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'There are no users.',
        columns: [
          { heading: 'USER', value: (item) => item.userName },
          { heading: 'NAME', value: (item) => item.displayName },
          { heading: 'FROM', value: (item) => item.source },
          { heading: 'STATE', value: (item) => (item.isDisabled ? 'disabled' : 'active') },
        ],
      });
    });
  user
    .command('add')
    .description('Add a user')
    .argument('<user-name>')
    .option('--display-name <name>')
    .option('--password-file <file>', 'file with the password on its first line (- is standard input)')
    .addOption(
      new Option('--role <role...>', 'give them this role over everything').choices(roleNameSchema.options),
    )
    .option('--json', 'print the user as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel user add ada --display-name "Ada Lovelace" --password-file ada.password',
    )
    .action((userName: string, options: AddUserOptions) => addUser(context, userName, options));
  for (const [name, isDisabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    user
      .command(name)
      .description(isDisabled ? 'Stop a user from signing in anywhere' : 'Let a disabled user sign in again')
      .argument('<user-name>')
      .action(async (userName: string) => {
        await using server = await openServer(context);
        const { id } = await createFinder(server.api, context.signal).user(userName);
        await server.api.call(routes.changeUser, {
          params: { userId: id },
          body: { isDisabled },
          signal: context.signal,
        });
        context.terminal.note(`${userName} is ${isDisabled ? 'disabled' : 'enabled'}.`);
      });
  }
  registerAccountCommands(user, context);
}

function registerAccountCommands(user: Command, context: CliContext): void {
  user
    .command('unlock')
    .description('Open an account that wrong passwords have locked')
    .argument('<user-name>')
    .addHelpText('after', '\nExample:\n  carrel user unlock ada')
    .action(async (userName: string) => {
      await using server = await openServer(context);
      const { id } = await createFinder(server.api, context.signal).user(userName);
      await server.api.call(routes.unlockUser, { params: { userId: id }, signal: context.signal });
      context.terminal.note(`${userName} can sign in again.`);
    });
  user
    .command('expire-password')
    .description('Have a user choose another password before they sign in again')
    .argument('<user-name>')
    .addHelpText('after', '\nExample:\n  carrel user expire-password ada')
    .action(async (userName: string) => {
      await using server = await openServer(context);
      const { id } = await createFinder(server.api, context.signal).user(userName);
      const body = { mustChangePassword: true };
      await server.api.call(routes.changeUser, { params: { userId: id }, body, signal: context.signal });
      context.terminal.note(`${userName} must choose a new password at the next sign-in.`);
    });
  user
    .command('delete')
    .description('Delete a user, their sessions and what was granted to them')
    .argument('<user-name>')
    .addHelpText('after', '\nExample:\n  carrel user delete ada')
    .action(async (userName: string) => {
      await using server = await openServer(context);
      const { id } = await createFinder(server.api, context.signal).user(userName);
      await server.api.call(routes.deleteUser, { params: { userId: id }, signal: context.signal });
      context.terminal.note(`Deleted ${userName}.`);
    });
}

async function addUser(context: CliContext, userName: string, options: AddUserOptions): Promise<void> {
  await using server = await openServer(context);
  const password = await readSecret(context, {
    prompt: `Password for ${userName}`,
    file: options.passwordFile,
    variable: 'CARREL_NEW_PASSWORD',
    option: '--password-file',
  });
  const user = await server.api.call(routes.createUser, {
    body: {
      userName,
      password,
      ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
    },
    signal: context.signal,
  });
  for (const roleId of options.role ?? []) {
    await server.api.call(routes.putRoleGrant, {
      body: { principal: { kind: 'user', id: user.id }, roleId },
      signal: context.signal,
    });
  }
  if (options.json) context.terminal.out(JSON.stringify(user));
  else context.terminal.note(`Added ${user.userName}.`);
}
