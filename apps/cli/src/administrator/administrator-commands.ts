import { fail, type Principal, type RoleGrant, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { allItems, createFinder, type OpenServer, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { findRole } from './find-role.ts';

interface GrantOptions {
  readonly user?: string;
  readonly group?: string;
  readonly role: string;
  readonly workspace?: string[];
  readonly json?: true;
}

/** `carrel administrator …` */
export function registerAdministratorCommands(program: Command, context: CliContext): void {
  const administrator = program
    .command('administrator')
    .description('Who may administer what: roles given to users and groups');
  administrator
    .command('list')
    .description('List who has which role, and over what')
    .option('--json', 'print one JSON line a grant')
    .addHelpText('after', '\nExample:\n  carrel administrator list')
    .action((options: { json?: true }) => listGrants(context, options.json === true));
  withPrincipal(
    administrator
      .command('grant')
      .description('Give a role to a user or group; replaces what they had it over')
      .option('--workspace <name...>', 'over these workspaces only; without it over everything')
      .option('--json', 'print the grant as one JSON line'),
    '\nExamples:\n  carrel administrator grant --user ada --role auditor\n  carrel administrator grant --group "Help desk Berlin" --role help-desk --workspace Accounting Sales',
  ).action((options: GrantOptions) => grantRole(context, options));
  withPrincipal(
    administrator.command('revoke').description('Take a role from a user or group'),
    '\nExample:\n  carrel administrator revoke --user ada --role auditor',
  ).action((options: GrantOptions) => revokeRole(context, options));
}

function withPrincipal(command: Command, help: string): Command {
  return command
    .option('--user <user-name>', 'who')
    .option('--group <name>', 'or which group')
    .requiredOption('--role <role>', 'a template role or one of your own (carrel role list)')
    .addHelpText('after', help);
}

async function listGrants(context: CliContext, isJson: boolean): Promise<void> {
  await using server = await openServer(context);
  const { signal } = context;
  const items = allItems((query) => server.api.call(routes.listRoleGrants, { query, signal }));
  const names = new Map<string, string>();
  if (!isJson) {
    const workspaces = allItems((query) => server.api.call(routes.listWorkspaces, { query, signal }));
    for await (const workspace of workspaces) names.set(workspace.id, workspace.name);
  }
  await printList(context.terminal, items, {
    isJson,
    whenEmpty: 'Nobody has a role.',
    columns: [
      { heading: 'WHO', value: (item) => item.principalName },
      { heading: 'KIND', value: (item) => item.principal.kind },
      { heading: 'ROLE', value: (item) => item.roleName },
      { heading: 'OVER', value: (item) => scopeText(item.scope, names) },
      { heading: 'GIVEN BY', value: (item) => item.createdBy },
    ],
  });
}

function scopeText(scope: RoleGrant['scope'], names: ReadonlyMap<string, string>): string {
  if (scope.kind === 'all') return 'everything';
  return scope.workspaceIds.map((id) => names.get(id) ?? id).join(', ') || 'nothing any more';
}

async function grantRole(context: CliContext, options: GrantOptions): Promise<void> {
  await using server = await openServer(context);
  const find = createFinder(server.api, context.signal);
  const principal = await principalOf(context, server, options, 'grant');
  const role = await findRole(server.api, options.role, context.signal);
  const workspaceIds = await Promise.all(
    (options.workspace ?? []).map(async (name) => (await find.workspace(name)).id),
  );
  const scope =
    options.workspace === undefined
      ? ({ kind: 'all' } as const)
      : ({ kind: 'workspaces', workspaceIds } as const);
  const grant = await server.api.call(routes.putRoleGrant, {
    body: { principal, roleId: role.id, scope: scope.kind === 'all' ? scope : { ...scope, workspaceIds } },
    signal: context.signal,
  });
  if (options.json) context.terminal.out(JSON.stringify(grant));
  else context.terminal.note(`${grant.principalName} has the role ${grant.roleName}.`);
}

async function revokeRole(context: CliContext, options: GrantOptions): Promise<void> {
  await using server = await openServer(context);
  const principal = await principalOf(context, server, options, 'revoke');
  const role = await findRole(server.api, options.role, context.signal);
  const { items } = await server.api.call(routes.listRoleGrants, {
    query: { principalId: principal.id, roleId: role.id },
    signal: context.signal,
  });
  const [grant] = items;
  if (!grant) throw fail('NOT_FOUND', { kind: 'grant of the role', id: role.name });
  await server.api.call(routes.deleteRoleGrant, {
    params: { roleGrantId: grant.id },
    signal: context.signal,
  });
  context.terminal.note(`${grant.principalName} has the role ${grant.roleName} no more.`);
}

/** @throws {USAGE} not exactly one of both */
async function principalOf(
  context: CliContext,
  server: OpenServer,
  { user, group }: GrantOptions,
  word: string,
): Promise<Principal> {
  const find = createFinder(server.api, context.signal);
  if (user !== undefined && group === undefined) return { kind: 'user', id: (await find.user(user)).id };
  if (group !== undefined && user === undefined) return { kind: 'group', id: (await find.group(group)).id };
  const reason = 'Give one of --user and --group.';
  throw fail('USAGE', { reason, command: `carrel administrator ${word}` });
}
