import { resolve } from 'node:path';
import { fail, type WorkspaceStatus } from '@carrel/contract';
import { type AgentStatus, agentPaths, agentStatusSchema } from '@carrel/contract/agent-api';
import { AppError, type ProgressListener } from '@carrel/kit';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { type AgentLink, agentDataPath, openAgent } from './agent-link.ts';
import { describeReceipt } from './receipt.ts';
import { runOperation, type WorkspaceAction } from './run-operation.ts';

interface PullOptions {
  readonly all?: true;
  readonly from?: string;
  readonly user?: string;
  readonly data?: string;
  readonly json?: true;
}

/** `carrel agent pull`. */
export function registerPullCommand(agent: Command, context: CliContext): void {
  agent
    .command('pull')
    .description('Fetch the image of a workspace, or of all, without starting it')
    .argument('[workspace]', 'its name')
    .option('--all', 'all workspaces of everybody signed in here, one after the other')
    .option('--from <folder>', 'an OCI layout on a medium or in a folder that may hold parts of the image')
    .option('--user <name>', 'whose, where several people have it')
    .option('--data <folder>', "the agent's folder (default: CARREL_AGENT_DATA)")
    .option('--json', 'print the state of each workspace as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel agent pull Accounting
  carrel agent pull --all
  carrel agent pull Accounting --from /media/usb/images

What is here already, in other versions or in files of this computer, is not fetched again.`,
    )
    .action(async (workspace: string | undefined, options: PullOptions) => {
      await using link = await openAgent(context, agentDataPath(context, options.data));
      await pull(link, context, workspace, options);
    });
}

/** @throws the first failure, after all others were tried */
async function pull(
  link: AgentLink,
  context: CliContext,
  workspace: string | undefined,
  options: PullOptions,
): Promise<void> {
  const status = await link.call('GET', agentPaths.status, agentStatusSchema);
  if (status.transfers.isPaused) {
    context.terminal.note('Transfers are paused; carrel agent resume lets them go on.');
  }
  let failure: AppError | undefined;
  for (const action of planPulls(status, workspace, options)) {
    try {
      using progress = showProgress(context.terminal, context.clock);
      show(context, options, await runOperation(link, action, named(progress, action)));
    } catch (error) {
      if (!(error instanceof AppError) || context.signal.aborted) throw error;
      if (options.all) context.terminal.note(`${action.workspace}: ${error.message}`);
      failure ??= error;
    }
  }
  if (failure) throw failure;
}

/** @throws {USAGE} {NOT_FOUND} */
function planPulls(
  { workspaces }: AgentStatus,
  workspace: string | undefined,
  { all, user, from }: PullOptions,
): WorkspaceAction[] {
  if ((workspace === undefined) !== (all === true)) {
    throw fail('USAGE', { reason: 'Name one workspace, or give --all.', command: 'carrel agent pull' });
  }
  const common = { action: 'pull' as const, ...(from === undefined ? {} : { from: resolve(from) }) };
  if (workspace !== undefined) {
    return [{ ...common, workspace, ...(user === undefined ? {} : { userName: user }) }];
  }
  const chosen = workspaces.filter(({ userName }) => user === undefined || userName === user);
  return chosen.map(({ workspaceId, userName }) => ({ ...common, workspace: workspaceId, userName }));
}

function named(progress: ProgressListener, { workspace }: WorkspaceAction): ProgressListener {
  return (update) => progress({ ...update, phase: `${workspace}: ${update.phase}` });
}

function show({ terminal }: CliContext, { json }: PullOptions, status: WorkspaceStatus | null): void {
  if (json) {
    terminal.out(JSON.stringify(status));
    return;
  }
  if (!status) return;
  const { workspaceName, userName, receipt } = status;
  const made = receipt ? ` (version ${receipt.version}: ${describeReceipt(receipt)})` : '';
  terminal.note(`${workspaceName} of ${userName} is here, ready for offline use${made}.`);
}
