import { type CallInput, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { createFinder, type Finder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { explanationLines } from './explain-lines.ts';
import { printPreview } from './print-preview.ts';

/** `carrel policy …`. */
export function registerPolicyCommands(program: Command, context: CliContext): void {
  const policy = program
    .command('policy')
    .description('Who may use what and why, and what an edit would change');
  registerExplain(policy, context);
  registerPreview(policy, context);
}

function registerExplain(policy: Command, context: CliContext): void {
  policy
    .command('explain')
    .description(
      'Say for each value a user gets which grant supplied it, which it overrode, and through which groups',
    )
    .requiredOption('--user <user-name>')
    .option('--workspace <name>', 'this workspace only, also when it is not granted')
    .option('--json', 'print the explanation as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel policy explain --user ada\n  carrel policy explain --user ada --workspace Accounting --json',
    )
    .action(async (options: { user: string; workspace?: string; json?: true }) => {
      await using server = await openServer(context);
      const find = createFinder(server.api, context.signal);
      const { id: userId } = await find.user(options.user);
      const workspace = options.workspace === undefined ? undefined : await find.workspace(options.workspace);
      const query = { userId, ...(workspace ? { workspaceId: workspace.id } : {}) };
      const explanation = await server.api.call(routes.explainPolicy, { query, signal: context.signal });
      if (options.json) context.terminal.out(JSON.stringify(explanation));
      else for (const line of explanationLines(explanation)) context.terminal.out(line);
    });
}

type Edit = CallInput<typeof routes.previewChange>['body'];

interface GroupEdit {
  readonly addUser: readonly string[];
  readonly removeUser: readonly string[];
  readonly addGroup: readonly string[];
  readonly removeGroup: readonly string[];
  readonly json?: true;
}

function registerPreview(policy: Command, context: CliContext): void {
  const preview = policy
    .command('preview')
    .description(
      'Say what an edit of a group would change for whom; for workspaces: workspace apply, assign, unassign, restore or delete with --dry-run',
    );
  preview
    .command('group')
    .description('Say what other members of a group would change')
    .argument('<name>')
    .option('--add-user <user-name>', 'may be given several times', collect, [])
    .option('--remove-user <user-name>', 'may be given several times', collect, [])
    .option('--add-group <name>', 'may be given several times', collect, [])
    .option('--remove-group <name>', 'may be given several times', collect, [])
    .option('--json', 'print the effect as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel policy preview group Accountants --add-user ada --remove-group Interns',
    )
    .action(async (name: string, options: GroupEdit) => {
      await using server = await openServer(context);
      const change = await groupChange(createFinder(server.api, context.signal), name, options);
      await printPreview(server.api, context, change, options);
    });
  preview
    .command('delete-group')
    .description('Say who would lose what if a group were deleted')
    .argument('<name>')
    .option('--json', 'print the effect as one JSON line')
    .action(async (name: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const { id: groupId } = await createFinder(server.api, context.signal).group(name);
      await printPreview(server.api, context, { kind: 'delete-group', groupId }, options);
    });
}

async function groupChange(find: Finder, name: string, edit: GroupEdit): Promise<Edit> {
  const group = await find.group(name);
  const idsOf = (names: readonly string[], kind: 'user' | 'group'): Promise<string[]> =>
    Array.fromAsync(names, async (one) => (await find[kind](one)).id);
  const changed = async (
    present: readonly string[],
    kind: 'user' | 'group',
    add: readonly string[],
    remove: readonly string[],
  ): Promise<string[]> => {
    const removed = new Set(await idsOf(remove, kind));
    return [...new Set([...present, ...(await idsOf(add, kind))])].filter((id) => !removed.has(id));
  };
  return {
    kind: 'group-members',
    groupId: group.id,
    members: {
      userIds: await changed(group.userIds, 'user', edit.addUser, edit.removeUser),
      groupIds: await changed(group.groupIds, 'group', edit.addGroup, edit.removeGroup),
    },
  };
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
