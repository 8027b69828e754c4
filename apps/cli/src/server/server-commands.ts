import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { runApp } from '../process/run-app.ts';

/** `carrel server …`: the management server explains its own options. */
export function registerServerCommands(program: Command, context: CliContext): void {
  const server = program.command('server').description('The management server of an instance');
  for (const [name, description] of [
    ['init', 'Make a new instance: keys, certificate authority, database, first administrator'],
    ['run', 'Run the server'],
  ] as const) {
    server
      .command(name)
      .description(description)
      .allowUnknownOption()
      .helpOption(false)
      .argument('[args...]', 'see --help')
      .action((args: string[]) => runApp(context, 'server', [name, ...args]));
  }
  server
    .command('audit')
    .description('Check that the audit log is whole: carrel server audit verify')
    .allowUnknownOption()
    .helpOption(false)
    .argument('[args...]', 'see --help')
    .action((args: string[]) => runApp(context, 'server', ['audit', ...args]));
}
