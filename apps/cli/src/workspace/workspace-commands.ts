import { type CallInput, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { allItems, createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printPreview } from '../policy/index.ts';
import { printList } from '../terminal/print-list.ts';
import { registerAssignmentCommands } from './assignment-commands.ts';
import { registerExportCommands } from './export-commands.ts';
import { registerHistoryCommands } from './history-commands.ts';
import { registerImportCommands } from './import-commands.ts';

/** `carrel workspace …`. */
export function registerWorkspaceCommands(program: Command, context: CliContext): void {
  const workspace = program
    .command('workspace')
    .description('Workspaces: an image channel, a policy, and who has it');
  registerList(workspace, context);
  registerImportCommands(workspace, context);
  registerExportCommands(workspace, context);
  registerHistoryCommands(workspace, context);
  registerDelete(workspace, context);
  registerAssignmentCommands(workspace, context);
}

interface ListOptions {
  readonly search?: string;
  readonly image?: string;
  readonly channel?: string;
  readonly user?: string;
  readonly group?: string;
  readonly json?: true;
}

function registerList(workspace: Command, context: CliContext): void {
  workspace
    .command('list')
    .description('List workspaces')
    .option('--search <text>', 'contained in name or description')
    .option('--image <name>', 'only those of this image')
    .option('--channel <name>', 'only those that follow this channel')
    .option('--user <user-name>', 'only those assigned to this user by name')
    .option('--group <name>', 'only those assigned to this group itself')
    .option('--json', 'print one JSON line a workspace')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel workspace list --search account\n  carrel workspace list --group Accountants --json',
    )
    .action(async (options: ListOptions) => {
      await using server = await openServer(context);
      const { api } = server;
      const filter = await filterOf(createFinder(api, context.signal), options);
      const items = allItems((page) =>
        api.call(routes.listWorkspaces, { query: { ...filter, ...page }, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty:
          Object.keys(filter).length > 0
            ? 'No workspace is like that.'
            : 'There are no workspaces. Make one: carrel workspace apply -f FILE (see --help)',
        columns: [
          { heading: 'WORKSPACE', value: (item) => item.name },
          { heading: 'CHANNEL', value: (item) => item.channel },
          { heading: 'KIND', value: (item) => item.policy.virtualMachine.persistence },
          { heading: 'REVISION', value: (item) => item.revision },
          { heading: 'CHANGED BY', value: (item) => item.updatedBy },
        ],
      });
    });
}

async function filterOf(
  find: ReturnType<typeof createFinder>,
  { search, image, channel, user, group }: ListOptions,
): Promise<NonNullable<CallInput<typeof routes.listWorkspaces>['query']>> {
  const principalId =
    user === undefined
      ? group === undefined
        ? undefined
        : (await find.group(group)).id
      : (await find.user(user)).id;
  return {
    ...(search === undefined ? {} : { search }),
    ...(channel === undefined ? {} : { channel }),
    ...(image === undefined ? {} : { imageId: (await find.image(image)).id }),
    ...(principalId === undefined ? {} : { principalId }),
  };
}

interface DeleteOptions {
  readonly confirm?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

function registerDelete(workspace: Command, context: CliContext): void {
  workspace
    .command('delete')
    .description('Delete a workspace and its assignments; devices lose it at their next contact')
    .argument('<name>')
    .option('--confirm <name>', 'the name once more')
    .option('--dry-run', 'change nothing and say who would lose it')
    .option('--json', 'print the effect of --dry-run as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel workspace delete Accounting --confirm Accounting')
    .action(async (name: string, options: DeleteOptions, command: Command) => {
      const { dryRun, confirm } = options;
      if (!dryRun && confirm !== name) command.error(`error: --confirm must repeat the name ${name}`);
      await using server = await openServer(context);
      const { id: workspaceId } = await createFinder(server.api, context.signal).workspace(name);
      if (dryRun) {
        await printPreview(server.api, context, { kind: 'delete-workspace', workspaceId }, options);
        return;
      }
      await server.api.call(routes.deleteWorkspace, { params: { workspaceId }, signal: context.signal });
      context.terminal.note(`Deleted ${name}.`);
    });
}
