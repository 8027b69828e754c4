import {
  type ApiToken,
  longestApiTokenDays,
  type Permission,
  permissionSchema,
  routes,
} from '@carrel/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { allItems, createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface CreateOptions {
  readonly permission: Permission[];
  readonly workspace?: string[];
  readonly validDays: number;
  readonly user?: string;
  readonly json?: true;
}

interface ListOptions {
  readonly all?: true;
  readonly json?: true;
}

const usualDays = 90;

/** `carrel token …`. */
export function registerTokenCommands(program: Command, context: CliContext): void {
  const token = program.command('token').description('API tokens, with which scripts sign in');
  registerList(token, context);
  registerCreate(token, context);
  token
    .command('revoke')
    .description('Revoke an API token; whoever has it is refused from now on')
    .argument('<id>', 'its id, as carrel token list shows it')
    .option('--json', 'print the token as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel token revoke 019a5c1e-8f0b-7c3d-9a51-2b6f0c1d4e7a')
    .action(async (tokenId: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const revoked = await server.api.call(routes.revokeToken, {
        params: { tokenId },
        signal: context.signal,
      });
      if (options.json) context.terminal.out(JSON.stringify(revoked));
      else context.terminal.note(`${revoked.name} of ${revoked.userName} is revoked.`);
    });
}

function registerList(token: Command, context: CliContext): void {
  token
    .command('list')
    .description('List your API tokens')
    .option('--all', "everybody's, for administrators")
    .option('--json', 'print one JSON line a token')
    .addHelpText('after', '\nExamples:\n  carrel token list\n  carrel token list --all --json')
    .action(async ({ all, json }: ListOptions) => {
      await using server = await openServer(context);
      const { signal } = context;
      const items = allItems<ApiToken>((query) =>
        all
          ? server.api.call(routes.listAllTokens, { query, signal })
          : server.api.call(routes.listTokens, { query, signal }),
      );
      await printList(context.terminal, items, {
        isJson: json === true,
        whenEmpty: 'There are no API tokens. Make one: carrel token create NAME --permission PERMISSION',
        columns: [
          { heading: 'ID', value: (item) => item.id },
          { heading: 'NAME', value: (item) => item.name },
          { heading: 'USER', value: (item) => item.userName },
          { heading: 'STATE', value: (item) => item.state },
          { heading: 'EXPIRES', value: (item) => item.expiresAt },
          { heading: 'LAST USED', value: (item) => item.lastUsedAt },
          { heading: 'PERMISSIONS', value: (item) => item.permissions.join(', ') },
        ],
      });
    });
}

function registerCreate(token: Command, context: CliContext): void {
  token
    .command('create')
    .description('Make an API token; it is shown this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--permission <permission...>', 'what it may do, out of what its user may do')
        .choices(permissionSchema.options)
        .makeOptionMandatory(),
    )
    .option('--workspace <name...>', 'confine it to these workspaces')
    .option(
      '--valid-days <days>',
      `how long it is valid, at most ${longestApiTokenDays}`,
      parseDays,
      usualDays,
    )
    .option('--user <name>', 'make it for another user, such as a service account')
    .option('--json', 'print the token as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel token create nightly-report --permission reports.run
  carrel token create publish --permission images.view images.publish --valid-days 30 --user build-server
  CARREL_SERVER=https://carrel.example:7443 CARREL_TOKEN=crl_… carrel image list`,
    )
    .action((name: string, options: CreateOptions) => create(context, name, options));
}

async function create(context: CliContext, name: string, options: CreateOptions): Promise<void> {
  await using server = await openServer(context);
  const find = createFinder(server.api, context.signal);
  const workspaces = await Array.fromAsync(options.workspace ?? [], (wanted) => find.workspace(wanted));
  const owner = options.user === undefined ? undefined : await find.user(options.user);
  const made = await server.api.call(routes.createToken, {
    body: {
      name,
      permissions: options.permission,
      validForDays: options.validDays,
      ...(options.workspace === undefined ? {} : { workspaceIds: workspaces.map(({ id }) => id) }),
      ...(owner === undefined ? {} : { userId: owner.id }),
    },
    signal: context.signal,
  });
  if (options.json) {
    context.terminal.out(JSON.stringify(made));
    return;
  }
  context.terminal.out(made.token);
  context.terminal.note(`Acts as ${made.userName} until ${made.expiresAt}. It is not shown again.`);
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > longestApiTokenDays) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${longestApiTokenDays}.`);
  }
  return days;
}
