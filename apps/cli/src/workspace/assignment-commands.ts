import {
  type ApiClient,
  type Assignment,
  assignmentSettingsSchema,
  fail,
  type Principal,
  routes,
} from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import type { Command } from 'commander';
import { allItems, createFinder, type Finder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printPreview } from '../policy/index.ts';
import { addSettingOptions, type SettingOptions, withOptions } from './assignment-options.ts';

interface PrincipalOptions {
  readonly user?: string;
  readonly group?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

interface AssignOptions extends PrincipalOptions, SettingOptions {
  readonly deny?: true;
  readonly allow?: true;
}

/** `carrel workspace assign` and `unassign`. */
export function registerAssignmentCommands(workspace: Command, context: CliContext): void {
  registerAssign(workspace, context);
  registerUnassign(workspace, context);
}

function registerAssign(workspace: Command, context: CliContext): void {
  const assign = workspace
    .command('assign')
    .description(
      'Grant a workspace to a user or group, or deny it; settings of a grant there is stay unless given here',
    )
    .argument('<name>', 'the workspace')
    .option('--user <user-name>')
    .option('--group <name>')
    .option('--deny', 'deny instead of granting; a denial beats every grant')
    .option('--allow', 'grant what was denied');
  addSettingOptions(assign)
    .option('--dry-run', 'change nothing and say what would change, for whom')
    .option('--json', 'print the assignment, or the effect, as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel workspace assign Accounting --group Accountants --offline-limit 3d --clipboard to-workspace
  carrel workspace assign Accounting --user ada --expires 2027-03-31 --time-zone Europe/Berlin --dry-run
  carrel workspace assign Accounting --user bob --file-transfer to-workspace --to-workspace-extensions docx,pdf`,
    )
    .action(async (name: string, options: AssignOptions) => {
      await using server = await openServer(context);
      const find = createFinder(server.api, context.signal);
      const principal = await principalOf(find, options);
      const { id: workspaceId } = await find.workspace(name);
      const { present, revision } = await findAssignment(server.api, context, workspaceId, principal);
      const wanted = {
        principal,
        effect: effectOf(options) ?? present?.effect ?? 'allow',
        settings: withOptions(present?.settings ?? assignmentSettingsSchema.parse({}), options),
      };
      if (options.dryRun) {
        const change = { kind: 'put-assignment' as const, workspaceId, assignment: wanted };
        await printPreview(server.api, context, change, options);
        return;
      }
      const made = await server.api.call(routes.putAssignment, {
        params: { workspaceId },
        body: wanted,
        revision,
        signal: context.signal,
      });
      const verb = made.effect === 'deny' ? 'denied to' : 'granted to';
      if (options.json) context.terminal.out(JSON.stringify(made));
      else context.terminal.note(`${name} is ${verb} ${made.principal.kind} ${made.principalName}.`);
    });
}

function registerUnassign(workspace: Command, context: CliContext): void {
  workspace
    .command('unassign')
    .description('Take an assignment back')
    .argument('<name>', 'the workspace')
    .option('--user <user-name>')
    .option('--group <name>')
    .option('--dry-run', 'change nothing and say what would change, for whom')
    .option('--json', 'print what was taken back, or the effect, as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel workspace unassign Accounting --group Interns --dry-run')
    .action(async (name: string, options: PrincipalOptions) => {
      await using server = await openServer(context);
      const find = createFinder(server.api, context.signal);
      const principal = await principalOf(find, options);
      const { id: workspaceId } = await find.workspace(name);
      const { present, revision } = await findAssignment(server.api, context, workspaceId, principal);
      if (!present) {
        throw fail('NOT_FOUND', { kind: 'assignment of', id: options.user ?? options.group ?? '' });
      }
      const assignmentId = present.id;
      if (options.dryRun) {
        const change = { kind: 'delete-assignment' as const, workspaceId, assignmentId };
        await printPreview(server.api, context, change, options);
        return;
      }
      const params = { workspaceId, assignmentId };
      await server.api.call(routes.deleteAssignment, { params, revision, signal: context.signal });
      if (options.json) context.terminal.out(JSON.stringify(present));
      else context.terminal.note(`${name} is taken back from ${principal.kind} ${present.principalName}.`);
    });
}

/** What the principal has now, and the revision of the assignments that says so. */
async function findAssignment(
  api: ApiClient,
  { signal }: CliContext,
  workspaceId: WorkspaceId,
  principal: Principal,
): Promise<{ readonly present: Assignment | undefined; readonly revision: number }> {
  const params = { workspaceId };
  let revision = 0;
  const items = allItems(async (query) => {
    const page = await api.call(routes.listAssignments, { params, query: { ...query, limit: 1000 }, signal });
    // Of the first page: whatever is changed while the others are read makes the change be refused.
    if (revision === 0) revision = page.revision;
    return page;
  });
  for await (const item of items) {
    const { kind, id } = item.principal;
    if (kind === principal.kind && id === principal.id) return { present: item, revision };
  }
  return { present: undefined, revision };
}

async function principalOf(find: Finder, options: PrincipalOptions): Promise<Principal> {
  if (options.user !== undefined && options.group === undefined) {
    return { kind: 'user', id: (await find.user(options.user)).id };
  }
  if (options.group !== undefined && options.user === undefined) {
    return { kind: 'group', id: (await find.group(options.group)).id };
  }
  throw fail('USAGE', { reason: 'Name either --user or --group.', command: 'carrel workspace assign' });
}

function effectOf({ deny, allow }: AssignOptions): Assignment['effect'] | undefined {
  if (deny && allow) {
    const reason = 'Give either --deny or --allow.';
    throw fail('USAGE', { reason, command: 'carrel workspace assign' });
  }
  if (deny) return 'deny';
  return allow ? 'allow' : undefined;
}
