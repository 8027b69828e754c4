import { type DirectoryPrincipal, fail, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { findDirectory } from './find-directory.ts';

interface SearchOptions {
  readonly groups?: true;
  readonly json?: true;
}

/** `carrel directory search` and `import`. */
export function registerSearchCommands(directory: Command, context: CliContext): void {
  directory
    .command('search')
    .description('Find people or groups of a directory by part of their name')
    .argument('<name>', 'the directory')
    .argument('<text>', 'part of a user or display name')
    .option('--groups', 'groups instead of people')
    .option('--json', 'print one JSON line each')
    .addHelpText('after', '\nExample:\n  carrel directory search Corp accounting --groups')
    .action((name: string, text: string, options: SearchOptions) => search(context, name, text, options));
  directory
    .command('import')
    .description('Make somebody or a group known here, so that a workspace can be assigned to them')
    .argument('<name>', 'the directory')
    .argument('<principal>', 'name as the search shows it')
    .option('--groups', 'a group instead of a person')
    .option('--json', 'print it as one JSON line')
    .addHelpText(
      'after',
      String.raw`
Example:
  carrel directory import Corp 'CORP\Accounting' --groups
  carrel workspace assign Desk --group 'CORP\Accounting'`,
    )
    .action((name: string, principal: string, options: SearchOptions) =>
      importOne(context, name, principal, options),
    );
}

async function search(
  context: CliContext,
  name: string,
  text: string,
  options: SearchOptions,
): Promise<void> {
  await using server = await openServer(context);
  const { id } = await findDirectory(server.api, name, context.signal);
  const { items, isCut } = await server.api.call(routes.searchDirectory, {
    params: { directoryId: id },
    query: { search: text, kind: options.groups ? 'group' : 'user' },
    signal: context.signal,
  });
  await printList(context.terminal, items, {
    isJson: options.json === true,
    whenEmpty: `${name} has nobody whose name contains ${text}.`,
    columns: [
      { heading: 'NAME', value: (item: DirectoryPrincipal) => item.name },
      { heading: 'DISPLAY NAME', value: (item) => item.displayName },
      { heading: 'STATE', value: (item) => (item.isDisabled ? 'disabled' : 'active') },
      { heading: 'KNOWN', value: (item) => (item.principalId === null ? 'no' : 'yes') },
    ],
  });
  if (isCut) context.terminal.note('There are more: give a longer text.');
}

async function importOne(
  context: CliContext,
  name: string,
  principal: string,
  options: SearchOptions,
): Promise<void> {
  await using server = await openServer(context);
  const { id: directoryId } = await findDirectory(server.api, name, context.signal);
  const kind = options.groups ? 'group' : 'user';
  const { items } = await server.api.call(routes.searchDirectory, {
    params: { directoryId },
    query: { search: principal.replace(/^[^\\]*\\/, ''), kind, limit: 200 },
    signal: context.signal,
  });
  const found = items.find((item) => item.name.toLowerCase() === principal.toLowerCase());
  if (!found) throw fail('NOT_FOUND', { kind, id: principal });
  const made = await server.api.call(routes.importPrincipal, {
    params: { directoryId },
    body: { kind, externalId: found.externalId },
    signal: context.signal,
  });
  if (options.json) context.terminal.out(JSON.stringify(made));
  else context.terminal.note(`${made.name} is known now.`);
}
