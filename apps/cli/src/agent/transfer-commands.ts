import { agentPaths, agentStatusSchema } from '@carrel/contract/agent-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { agentDataPath, openAgent } from './agent-link.ts';

const commands = [
  {
    name: 'pause',
    isPaused: true,
    description: 'Hold all fetching that nobody waits for, also over restarts of the agent',
    done: 'Transfers are paused. What a running guest asks for still comes.',
  },
  {
    name: 'resume',
    isPaused: false,
    description: 'Let fetching go on',
    done: 'Transfers go on.',
  },
] as const;

/** `carrel agent pause` and `carrel agent resume`. */
export function registerTransferCommands(agent: Command, context: CliContext): void {
  for (const { name, isPaused, description, done } of commands) {
    agent
      .command(name)
      .description(description)
      .option('--data <folder>', "the agent's folder (default: CARREL_AGENT_DATA)")
      .option('--json', 'print one JSON line')
      .action(async (options: { data?: string; json?: true }) => {
        await using link = await openAgent(context, agentDataPath(context, options.data));
        const status = await link.call('POST', agentPaths.transfers, agentStatusSchema, { isPaused });
        if (options.json) context.terminal.out(JSON.stringify(status));
        else context.terminal.note(done);
      });
  }
}
