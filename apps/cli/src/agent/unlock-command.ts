import type { Command } from 'commander';
import { readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { agentDataPath, openAgent } from './agent-link.ts';
import { runOperation } from './run-operation.ts';

interface UnlockOptions {
  readonly user?: string;
  readonly passwordFile?: string;
  readonly data?: string;
  readonly json?: true;
}

/** `carrel agent unlock`. */
export function registerUnlockCommand(agent: Command, context: CliContext): void {
  agent
    .command('unlock')
    .description('Let a locked workspace go on, with the password of its person')
    .argument('<workspace>', 'its name')
    .option('--user <name>', 'whose, where several people have it')
    .option('--password-file <file>', 'file with the password on its first line (- is standard input)')
    .option('--data <folder>', "the agent's folder (default: CARREL_AGENT_DATA)")
    .option('--json', "print the workspace's state as one JSON line")
    .addHelpText(
      'after',
      `
Examples:
  carrel agent unlock Accounting
  carrel agent unlock Accounting --password-file password

The server is asked; while it is out of reach, the password of the last sign-in counts where the policy allows it.`,
    )
    .action(async (workspace: string, options: UnlockOptions) => {
      const password = await readSecret(context, {
        prompt: `Password of ${options.user ?? 'the person'}`,
        file: options.passwordFile,
        variable: 'CARREL_PASSWORD',
        option: '--password-file',
      });
      await using link = await openAgent(context, agentDataPath(context, options.data));
      const user = options.user === undefined ? {} : { userName: options.user };
      using progress = showProgress(context.terminal, context.clock);
      const action = { action: 'unlock', workspace, password, ...user } as const;
      const status = await runOperation(link, action, progress);
      if (options.json) context.terminal.out(JSON.stringify(status));
      else context.terminal.note(`${workspace} is ${status?.state ?? 'gone from this computer'}.`);
    });
}
