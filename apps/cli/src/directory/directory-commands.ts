import {
  type DirectoryConnection,
  directoryContentSchema,
  fail,
  newDirectorySchema,
  routes,
} from '@carrel/contract';
import type { Command } from 'commander';
import { z } from 'zod';
import { openServer, readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { addDirectoryOptions, baseOfDomain, contentOf, type DirectoryOptions } from './directory-options.ts';
import { findDirectory } from './find-directory.ts';
import { registerSearchCommands } from './search-commands.ts';
import { registerTestCommand } from './test-command.ts';

/** `carrel directory …`. */
export function registerDirectoryCommands(program: Command, context: CliContext): void {
  const directory = program
    .command('directory')
    .description('Active Directory and LDAP servers that people come from');
  registerShowCommands(directory, context);
  addDirectoryOptions(directory.command('add').description('Add a directory'))
    .argument('<name>')
    .addHelpText(
      'after',
      `
Example:
  carrel directory add Corp --domain corp.example --netbios CORP \\
    --server dc1.corp.example dc2.corp.example --authority corp-ca.pem \\
    --bind-account carrel-reader@corp.example --bind-password-file reader.password
  carrel directory test Corp --user ada@corp.example

The password of the bind account may also be in CARREL_BIND_PASSWORD.`,
    )
    .action((name: string, options: DirectoryOptions) => addDirectory(context, name, options));
  addDirectoryOptions(directory.command('change').description('Change what is set of a directory'))
    .argument('<name>')
    .option('--enable', 'let its people sign in')
    .option('--disable', 'let nobody of it sign in')
    .addHelpText(
      'after',
      '\nExample:\n  carrel directory change Corp --trust-hours 48\n\nOther servers, authorities and accounts need the password again.',
    )
    .action((name: string, options: DirectoryOptions) => changeDirectory(context, name, options));
  directory
    .command('remove')
    .description('Remove a directory with its users and groups here, and what was granted to them')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  carrel directory remove Corp')
    .action(async (name: string) => {
      await using server = await openServer(context);
      const { id } = await findDirectory(server.api, name, context.signal);
      await server.api.call(routes.deleteDirectory, { params: { directoryId: id }, signal: context.signal });
      context.terminal.note(`Removed ${name}.`);
    });
  registerTestCommand(directory, context);
  registerSearchCommands(directory, context);
}

function registerShowCommands(directory: Command, context: CliContext): void {
  directory
    .command('list')
    .description('List directories')
    .option('--json', 'print one JSON line a directory')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const { items } = await server.api.call(routes.listDirectories, { signal: context.signal });
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'There are no directories. Add one: carrel directory add --help',
        columns: [
          { heading: 'DIRECTORY', value: (item) => item.name },
          { heading: 'DOMAIN', value: (item) => item.dnsName },
          { heading: 'STATE', value: stateOf },
          { heading: 'LAST CONTACT', value: (item) => item.lastContactAt },
          { heading: 'USERS', value: (item) => item.userCount },
          { heading: 'GROUPS', value: (item) => item.groupCount },
        ],
      });
    });
  directory
    .command('show')
    .description('Show one directory')
    .argument('<name>')
    .option('--json', 'print the directory as one JSON line')
    .action(async (name: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const found = await findDirectory(server.api, name, context.signal);
      if (options.json) context.terminal.out(JSON.stringify(found));
      else for (const line of describe(found)) context.terminal.out(line);
    });
}

async function addDirectory(context: CliContext, name: string, options: DirectoryOptions): Promise<void> {
  const content = await contentOf(options);
  const base = options.domain === undefined ? {} : { baseDn: baseOfDomain(options.domain) };
  const bindPassword = await readBindPassword(context, options);
  const parsed = newDirectorySchema.safeParse({ name, ...base, ...content, bindPassword });
  if (!parsed.success) {
    throw fail('USAGE', { reason: z.prettifyError(parsed.error), command: 'carrel directory add' });
  }
  await using server = await openServer(context);
  const made = await server.api.call(routes.createDirectory, { body: parsed.data, signal: context.signal });
  if (options.json) context.terminal.out(JSON.stringify(made));
  else context.terminal.note(`Added ${made.name}. Try it: carrel directory test ${made.name}`);
}

async function changeDirectory(context: CliContext, name: string, options: DirectoryOptions): Promise<void> {
  await using server = await openServer(context);
  const found = await findDirectory(server.api, name, context.signal);
  const change = await contentOf(options);
  // What the server knows beside what can be set falls away.
  const present = z.object(directoryContentSchema.shape).parse(found);
  const isForOthers = ['servers', 'certificateAuthority', 'bindDn'].some((field) => field in change);
  const needsPassword = isForOthers || options.bindPasswordFile !== undefined;
  const changed = await server.api.call(routes.changeDirectory, {
    params: { directoryId: found.id },
    revision: found.revision,
    body: {
      ...present,
      ...change,
      ...(needsPassword ? { bindPassword: await readBindPassword(context, options) } : {}),
    },
    signal: context.signal,
  });
  if (options.json) context.terminal.out(JSON.stringify(changed));
  else context.terminal.note(`Changed ${changed.name}.`);
}

function readBindPassword(context: CliContext, options: DirectoryOptions): Promise<string> {
  return readSecret(context, {
    prompt: 'Password of the bind account',
    file: options.bindPasswordFile,
    variable: 'CARREL_BIND_PASSWORD',
    option: '--bind-password-file',
  });
}

function describe(directory: DirectoryConnection): string[] {
  const servers = directory.servers.map(({ host, port, security }) => `${host}:${port} (${security})`);
  return [
    `${directory.name} (${directory.profile}), ${stateOf(directory)}`,
    `  domain        ${directory.dnsName}${directory.netbiosName === null ? '' : ` (${directory.netbiosName})`}`,
    `  servers       ${servers.join(', ')}`,
    `  base          ${directory.baseDn}`,
    `  bind account  ${directory.bindDn}`,
    `  authority     ${directory.certificateAuthority === null ? 'what the system trusts' : 'its own'}`,
    `  trusted       ${directory.trustWithoutContactHours} h without contact`,
    `  last contact  ${directory.lastContactAt ?? 'never'}`,
    ...(directory.lastFailure
      ? [`  last failure  ${directory.lastFailure.time}: ${directory.lastFailure.message}`]
      : []),
    `  known here    ${directory.userCount} users, ${directory.groupCount} groups`,
  ];
}

function stateOf(directory: DirectoryConnection): string {
  if (!directory.isEnabled) return 'disabled';
  return directory.lastFailure ? 'not reachable' : 'in use';
}
