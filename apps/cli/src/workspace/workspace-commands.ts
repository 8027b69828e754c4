import { routes } from '@carrel/contract';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { allItems, createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { applyWorkspaceFile } from './apply.ts';
import { registerAssignmentCommands } from './assignment-commands.ts';
import { exportWorkspace } from './export.ts';

/** `carrel workspace …`. */
export function registerWorkspaceCommands(program: Command, context: CliContext): void {
  const workspace = program
    .command('workspace')
    .description('Workspaces: an image channel, a policy, and who has it');
  workspace
    .command('list')
    .description('List workspaces')
    .option('--json', 'print one JSON line a workspace')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const { api } = server;
      const items = allItems((page) =>
        api.call(routes.listWorkspaces, { query: page, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'There are no workspaces. Make one: carrel workspace apply -f FILE (see --help)',
        columns: [
          { heading: 'WORKSPACE', value: (item) => item.name },
          { heading: 'CHANNEL', value: (item) => item.channel },
          { heading: 'KIND', value: (item) => item.policy.virtualMachine.persistence },
          { heading: 'REVISION', value: (item) => item.revision },
          { heading: 'CHANGED BY', value: (item) => item.updatedBy },
        ],
      });
    });
  workspace
    .command('show')
    .description('Show a workspace as the file that would make it')
    .argument('<name>')
    .option('--json', 'print one JSON line')
    .action(async (name: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const file = await exportWorkspace(server.api, name, context.signal);
      context.terminal.out(options.json ? JSON.stringify(file) : stringify(file).trimEnd());
    });
  workspace
    .command('apply')
    .description('Make or change a workspace, and who has it, from a file')
    .requiredOption('-f, --file <file>', 'YAML or JSON; - is standard input')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Example file:
  name: Accounting
  image: debian-desktop
  channel: production
  policy:
    virtualMachine: { persistence: persistent, stopAction: save }
  assignments:
    - group: Accountants
      settings: { offlineLimitHours: 72 }

Assignments are left as they are when the file has none; with a list, exactly those remain.`,
    )
    .action((options: { file: string; dryRun?: true; json?: true }) => applyWorkspaceFile(context, options));
  workspace
    .command('delete')
    .description('Delete a workspace and its assignments; devices lose it at their next contact')
    .argument('<name>')
    .requiredOption('--confirm <name>', 'the name once more')
    .action(async (name: string, options: { confirm: string }, command: Command) => {
      if (options.confirm !== name) command.error(`error: --confirm must repeat the name ${name}`);
      await using server = await openServer(context);
      const { id } = await createFinder(server.api, context.signal).workspace(name);
      await server.api.call(routes.deleteWorkspace, { params: { workspaceId: id }, signal: context.signal });
      context.terminal.note(`Deleted ${name}.`);
    });
  registerAssignmentCommands(workspace, context);
}
