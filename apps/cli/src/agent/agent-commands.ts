import { type WorkspaceStatus } from '@carrel/contract';
import { type AgentStatus, agentPaths, agentStatusSchema } from '@carrel/contract/agent-api';
import { formatBytes } from '@carrel/kit';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { runApp } from '../process/run-app.ts';
import { showProgress } from '../terminal/progress.ts';
import { formatTable } from '../terminal/table.ts';
import { agentDataPath, openAgent } from './agent-link.ts';
import { registerEnrolCommand } from './enrol-command.ts';
import { registerPullCommand } from './pull-command.ts';
import { runOperation, type WorkspaceAction } from './run-operation.ts';
import { registerSignInCommand } from './sign-in-command.ts';
import { registerTransferCommands } from './transfer-commands.ts';
import { registerUnlockCommand } from './unlock-command.ts';
import { registerUpdateCommands } from './update-commands.ts';
import { describeUpdate } from './update-words.ts';

interface AgentOptions {
  readonly data?: string;
  readonly json?: true;
}

interface ActionOptions extends AgentOptions {
  readonly user?: string;
  readonly force?: true;
  readonly keepVersion?: true;
}

const dataOption = ['--data <folder>', "the agent's folder (default: CARREL_AGENT_DATA)"] as const;

const actions = [
  ['start', 'Start a workspace; what is missing of its image is fetched while it runs'],
  ['stop', 'Stop a workspace as its policy says: save it, or shut it down'],
  ['restart', 'Shut the guest down and start it again; a revertible one comes back as its image is'],
  ['lock', 'Hold the guest and close its screen until its person gives the password'],
  ['reset', 'Return a workspace to its image; changes in it are lost'],
] as const;

/** `carrel agent …`. */
export function registerAgentCommands(program: Command, context: CliContext): void {
  const agent = program
    .command('agent')
    .description('The agent on this computer, and the workspaces it runs');
  registerEnrolCommand(agent, context);
  agent
    .command('run')
    .description('Run the agent until it is told to stop (SIGTERM); guests run on')
    .option(...dataOption)
    .option('--json', 'print one JSON line once it answers')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel agent run\n  carrel agent run --data /var/lib/carrel-agent --json',
    )
    .action((options: AgentOptions) =>
      runApp(context, 'agent', [
        'run',
        '--data',
        agentDataPath(context, options.data),
        ...(options.json ? ['--json'] : []),
      ]),
    );
  agent
    .command('status')
    .description('Show enrolment, contact, and every workspace here')
    .option(...dataOption)
    .option('--json', 'print one JSON line')
    .action(async (options: AgentOptions) => {
      await using link = await openAgent(context, agentDataPath(context, options.data));
      const status = await link.call('GET', agentPaths.status, agentStatusSchema);
      if (options.json) context.terminal.out(JSON.stringify(status));
      else for (const line of describe(status)) context.terminal.out(line);
    });
  registerSignInCommand(agent, context);
  agent
    .command('sync')
    .description('Make contact with the server now')
    .option(...dataOption)
    .option('--json', 'print one JSON line')
    .action(async (options: AgentOptions) => {
      await using link = await openAgent(context, agentDataPath(context, options.data));
      const status = await link.call('POST', agentPaths.sync, agentStatusSchema);
      if (options.json) context.terminal.out(JSON.stringify(status));
      else
        context.terminal.note(
          status.isOnline ? 'In contact with the server.' : 'The server does not answer.',
        );
    });
  for (const [name, description] of actions) registerAction(agent, context, name, description);
  registerUpdateCommands(agent, context);
  registerUnlockCommand(agent, context);
  registerPullCommand(agent, context);
  registerTransferCommands(agent, context);
}

function registerAction(
  agent: Command,
  context: CliContext,
  name: (typeof actions)[number][0],
  text: string,
): void {
  const command = agent
    .command(name)
    .description(text)
    .argument('<workspace>', 'its name')
    .option('--user <name>', 'whose, where several people have it')
    .option(...dataOption)
    .option('--json', "print the workspace's state as one JSON line")
    .addHelpText('after', `\nExample:\n  carrel agent ${name} Accounting`);
  if (name === 'start') {
    command.option('--keep-version', 'on the version that ran last, putting an update off once more');
  }
  if (name === 'stop') command.option('--force', 'power off without waiting for the guest');
  command.action(async (workspace: string, options: ActionOptions) => {
    await using link = await openAgent(context, agentDataPath(context, options.data));
    const action: WorkspaceAction = {
      action: name,
      workspace,
      ...(options.user === undefined ? {} : { userName: options.user }),
      ...(options.force ? { force: true } : {}),
      ...(options.keepVersion ? { isVersionKept: true } : {}),
    };
    using progress = showProgress(context.terminal, context.clock);
    const status = await runOperation(link, action, progress);
    if (options.json) context.terminal.out(JSON.stringify(status));
    else {
      context.terminal.note(sentence(workspace, status));
      if (status) for (const line of describeUpdate(status)) context.terminal.note(line);
    }
  });
}

function sentence(workspace: string, status: WorkspaceStatus | null): string {
  if (!status) return `${workspace} is gone from this computer.`;
  const boot = status.guestBootSeconds === null ? '' : ` after ${status.guestBootSeconds.toFixed(1)} s`;
  const offline = status.isReadyOffline ? ', ready for offline use' : '';
  return `${workspace} is ${status.state}${status.state === 'running' ? boot : ''}${offline}.`;
}

/** How long it may go on, or what is wrong, what to do, and whom to ask. */
function problemOf(item: AgentStatus['workspaces'][number]): string {
  const { failure, supportContact, warning, countdown } = item;
  if (item.update?.stopsAt) return `Stops at ${item.update.stopsAt} to be updated.`;
  if (countdown) return `Stops in ${countdown.remainingSeconds} s: its permission ended [${countdown.code}].`;
  if (!failure) return warning ? `Its permission ends on ${warning.at} [${warning.code}].` : '';
  const support = supportContact === '' ? '' : ` Support: ${supportContact}`;
  return `${failure.message} ${failure.remedy}${support}`;
}

function describe(status: AgentStatus): string[] {
  const { enrolment } = status;
  if (!enrolment) return ['This computer is not enrolled. Run: carrel agent enrol SERVER --token-file FILE'];
  const contact = status.isOnline ? 'online' : `offline since ${status.lastContactAt ?? 'enrolment'}`;
  const rows = status.workspaces.map((item) => [
    item.workspaceName,
    item.userName,
    item.state,
    item.imageVersion === null ? '-' : String(item.imageVersion),
    item.isReadyOffline ? 'ready' : 'no',
    problemOf(item),
  ]);
  return [
    `${enrolment.server}  ${contact}`,
    ...describeContactProblem(status.contactProblem),
    `Events waiting to be sent: ${status.queuedEvents}`,
    ...(status.transfers.isPaused ? ['Transfers are paused: carrel agent resume'] : []),
    describeHostFiles(status.hostFiles),
    ...describeOfficePeers(status.officePeers),
    ...formatTable(['WORKSPACE', 'USER', 'STATE', 'VERSION', 'OFFLINE', 'PROBLEM'], rows),
    ...status.workspaces.flatMap(describeUpdate),
  ];
}

function describeContactProblem(problem: AgentStatus['contactProblem']): string[] {
  return problem ? [`${problem.message} ${problem.remedy} [${problem.code}]`] : [];
}

function describeHostFiles({ state, files, indexBytes, refreshedAt }: AgentStatus['hostFiles']): string {
  if (state === 'off') return 'Files of this computer are not used for images.';
  const found = `${files} files of this computer are known (index of ${formatBytes(indexBytes)})`;
  const when = state === 'running' ? 'being looked at now' : `as of ${refreshedAt ?? 'never'}`;
  return files === 0 && refreshedAt === null
    ? 'Files of this computer are not known yet.'
    : `${found}, ${when}.`;
}

function describeOfficePeers(office: AgentStatus['officePeers']): string[] {
  if (office.state === 'off') return [];
  const banned = office.peersBanned === 0 ? '' : `, ${office.peersBanned} refused for wrong data`;
  const [received, sent] = [formatBytes(office.receivedBytes), formatBytes(office.sentBytes)];
  const where =
    office.addresses.length === 0 ? 'no network of theirs here' : `${office.peersSeen} seen${banned}`;
  return [
    `Office peers: ${where}; ${received} received, ${sent} given, ${formatBytes(office.storeBytes)} kept.`,
  ];
}
