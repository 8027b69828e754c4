import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { agentDataPath, openAgent } from './agent-link.ts';
import { runOperation, type WorkspaceAction } from './run-operation.ts';
import { describeUpdate } from './update-words.ts';

interface UpdateOptions {
  readonly user?: string;
  readonly yes?: true;
  readonly data?: string;
  readonly json?: true;
}

/** `carrel agent update` and `carrel agent go-back`. */
export function registerUpdateCommands(agent: Command, context: CliContext): void {
  add(
    agent
      .command('update')
      .description('Take the version of the image that is there for a workspace, restarting its guest')
      .argument('<workspace>', 'its name')
      .option('--yes', 'the disk of a workspace that keeps changes may be put aside')
      .addHelpText(
        'after',
        `
Examples:
  carrel agent update Accounting
  carrel agent update Accounting --yes

What is missing is fetched first, while the guest runs on. A workspace that keeps changes begins anew on the new version;
its disk is kept for some days (virtualMachine.keepPreviousDays), and carrel agent go-back takes it back.`,
      ),
    context,
    (workspace, { yes }) => ({ action: 'update', workspace, ...(yes ? { isConfirmed: true } : {}) }),
  );
  add(
    agent
      .command('go-back')
      .description('Take back the disk that the last update put aside; the present one is kept in its place')
      .argument('<workspace>', 'its name')
      .addHelpText(
        'after',
        '\nExample:\n  carrel agent stop Accounting\n  carrel agent go-back Accounting\n  carrel agent start Accounting',
      ),
    context,
    (workspace) => ({ action: 'go-back', workspace }),
  );
}

function add(
  command: Command,
  context: CliContext,
  actionOf: (workspace: string, options: UpdateOptions) => WorkspaceAction,
): void {
  command
    .option('--user <name>', 'whose, where several people have it')
    .option('--data <folder>', "the agent's folder (default: CARREL_AGENT_DATA)")
    .option('--json', "print the workspace's state as one JSON line")
    .action(async (workspace: string, options: UpdateOptions) => {
      await using link = await openAgent(context, agentDataPath(context, options.data));
      const user = options.user === undefined ? {} : { userName: options.user };
      using progress = showProgress(context.terminal, context.clock);
      const status = await runOperation(link, { ...actionOf(workspace, options), ...user }, progress);
      if (options.json) {
        context.terminal.out(JSON.stringify(status));
        return;
      }
      const version = status?.imageVersion ?? null;
      const on = version === null ? '' : ` on version ${version}`;
      context.terminal.note(`${workspace} is ${status?.state ?? 'gone from this computer'}${on}.`);
      if (status) for (const line of describeUpdate(status)) context.terminal.note(line);
    });
}
