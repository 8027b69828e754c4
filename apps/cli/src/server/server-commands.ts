import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { runApp } from '../process/run-app.ts';
import { registerKeyCommands } from './key-commands.ts';
import { registerSecretCommands } from './secret-commands.ts';
import { registerSettingsCommands } from './settings-commands.ts';

/** What works on the folder of an instance; the management server explains the options itself. */
const ownCommands = [
  ['init', 'Make a new instance: keys, certificate authority, database, first administrator'],
  ['run', 'Run the server'],
  ['backup', 'Write everything the instance is into one sealed file, or check one: backup verify'],
  ['restore', 'Make an instance out of a backup'],
  ['rotate-master-key', 'Put every secret of the instance under a new master key'],
  ['audit', 'Check that the audit log is whole: carrel server audit verify'],
] as const;

/** `carrel server …` */
export function registerServerCommands(program: Command, context: CliContext): void {
  const server = program.command('server').description('The management server of an instance');
  for (const [name, description] of ownCommands) {
    server
      .command(name)
      .description(description)
      .allowUnknownOption()
      .helpOption(false)
      .argument('[args...]', 'see --help')
      .action((args: string[]) => runApp(context, 'server', [name, ...args]));
  }
  registerSettingsCommands(server, context);
  registerSecretCommands(server, context);
  registerKeyCommands(server, context);
}
