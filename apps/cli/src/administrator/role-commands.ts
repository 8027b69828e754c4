import { fail, type Permission, permissionSchema, routes } from '@carrel/contract';
import { type Command, Option } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { findRole } from './find-role.ts';

interface RoleOptions {
  readonly permission?: Permission[];
  readonly description?: string;
  readonly name?: string;
  readonly json?: true;
}

/** `carrel role …` */
export function registerRoleCommands(program: Command, context: CliContext): void {
  const role = program.command('role').description('Roles: what administrators may do');
  role
    .command('list')
    .description('List roles with their permissions')
    .option('--json', 'print one JSON line a role')
    .addHelpText('after', '\nExample:\n  carrel role list')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const { items } = await server.api.call(routes.listRoles, { signal: context.signal });
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'There are no roles.',
        columns: [
          { heading: 'ROLE', value: (item) => item.name },
          { heading: 'KIND', value: (item) => (item.isTemplate ? 'template' : 'own') },
          { heading: 'PERMISSIONS', value: (item) => item.permissions.join(' ') },
        ],
      });
    });
  withPermissions(role.command('add').description('Make a role of permissions you have'))
    .argument('<name>')
    .option('--json', 'print the role as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel role add "Desktop owner" --permission workspaces.view workspaces.edit workspaces.assign',
    )
    .action((name: string, options: RoleOptions) => addRole(context, name, options));
  withPermissions(role.command('change').description('Change a role that is no template'))
    .argument('<role>', 'name or id')
    .option('--name <name>', 'a new name')
    .option('--json', 'print the role as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel role change "Desktop owner" --permission workspaces.view')
    .action((text: string, options: RoleOptions) => changeRole(context, text, options));
  role
    .command('delete')
    .description('Delete a role that nobody has')
    .argument('<role>', 'name or id')
    .addHelpText('after', '\nExample:\n  carrel role delete "Desktop owner"')
    .action(async (text: string) => {
      await using server = await openServer(context);
      const { id, name } = await findRole(server.api, text, context.signal);
      await server.api.call(routes.deleteRole, { params: { roleId: id }, signal: context.signal });
      context.terminal.note(`The role ${name} is gone.`);
    });
}

function withPermissions(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--permission <permission...>', 'what it allows, in place of what it allowed').choices(
        permissionSchema.options,
      ),
    );
}

async function addRole(context: CliContext, name: string, options: RoleOptions): Promise<void> {
  const { permission, description } = options;
  if (permission === undefined) {
    throw fail('USAGE', { reason: 'A role needs --permission.', command: 'carrel role add' });
  }
  await using server = await openServer(context);
  const body = { name, permissions: permission, ...(description === undefined ? {} : { description }) };
  const made = await server.api.call(routes.createRole, { body, signal: context.signal });
  if (options.json) context.terminal.out(JSON.stringify(made));
  else context.terminal.note(`Made the role ${made.name}. Give it: carrel administrator grant`);
}

async function changeRole(context: CliContext, text: string, options: RoleOptions): Promise<void> {
  await using server = await openServer(context);
  const role = await findRole(server.api, text, context.signal);
  const body = {
    name: options.name ?? role.name,
    description: options.description ?? role.description,
    permissions: options.permission ?? role.permissions,
  };
  const params = { roleId: role.id };
  const changed = await server.api.call(routes.changeRole, { params, body, signal: context.signal });
  if (options.json) context.terminal.out(JSON.stringify(changed));
  else context.terminal.note(`Changed the role ${changed.name}.`);
}
