import { routes } from '@carrel/contract';
import type { Command } from 'commander';
import { allItems, createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface MemberOptions {
  readonly user: string[];
  readonly group: string[];
}

/** `carrel group …`. */
export function registerGroupCommands(program: Command, context: CliContext): void {
  const group = program.command('group').description('Groups of users');
  group
    .command('list')
    .description('List groups')
    .option('--json', 'print one JSON line a group')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const items = allItems((page) =>
        server.api.call(routes.listGroups, { query: page, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'There are no groups. Make one: carrel group add NAME',
        columns: [
          { heading: 'GROUP', value: (item) => item.name },
          { heading: 'USERS', value: (item) => item.userIds.length },
          { heading: 'GROUPS', value: (item) => item.groupIds.length },
        ],
      });
    });
  group
    .command('add')
    .description('Add an empty group')
    .argument('<name>')
    .option('--json', 'print the group as one JSON line')
    .action(async (name: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const made = await server.api.call(routes.createGroup, { body: { name }, signal: context.signal });
      if (options.json) context.terminal.out(JSON.stringify(made));
      else context.terminal.note(`Added the group ${made.name}.`);
    });
  for (const isAdding of [true, false]) {
    group
      .command(isAdding ? 'add-members' : 'remove-members')
      .description(isAdding ? 'Put users or groups into a group' : 'Take users or groups out of a group')
      .argument('<name>')
      .option('--user <user-name...>', 'users by name', [])
      .option('--group <name...>', 'groups by name', [])
      .addHelpText('after', '\nExample:\n  carrel group add-members Accounting --user ada grace')
      .action((name: string, options: MemberOptions) => changeMembers(context, name, options, isAdding));
  }
}

async function changeMembers(
  context: CliContext,
  name: string,
  options: MemberOptions,
  isAdding: boolean,
): Promise<void> {
  await using server = await openServer(context);
  const find = createFinder(server.api, context.signal);
  const group = await find.group(name);
  const users = new Set(group.userIds);
  const groups = new Set(group.groupIds);
  for (const userName of options.user) {
    const { id } = await find.user(userName);
    if (isAdding) users.add(id);
    else users.delete(id);
  }
  for (const groupName of options.group) {
    const { id } = await find.group(groupName);
    if (isAdding) groups.add(id);
    else groups.delete(id);
  }
  await server.api.call(routes.setGroupMembers, {
    params: { groupId: group.id },
    body: { userIds: [...users], groupIds: [...groups] },
    signal: context.signal,
  });
  context.terminal.note(`${name} has ${users.size} users and ${groups.size} groups.`);
}
