import { createManualClock } from '@carrel/kit';
import { buildProgram } from '../../apps/cli/src/program.ts';
import { page } from './markdown.ts';

type CliCommand = ReturnType<typeof buildProgram>;

/** docs/reference/cli.md: the help of every command, as the program prints it. */
export function renderCliReference(): string {
  return page(
    'Command line',
    'Results go to standard output, everything for eyes only to standard error. Exit codes are those of [errors](errors.md).',
    ...[...helpOfCommands(createProgram(), '')].map(
      ([name, help]) => `## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``,
    ),
  );
}

/** What a command such as `carrel agent start` says of itself; `undefined` when there is none. */
export function commandHelp(name: string): string | undefined {
  return new Map(helpOfCommands(createProgram(), '')).get(name);
}

function createProgram(): CliCommand {
  const silent = (): undefined => undefined;
  return buildProgram({
    terminal: { out: silent, note: silent, rewrite: silent, isInteractive: false, columns: 100 },
    clock: createManualClock(),
    isJson: false,
    env: {},
    signal: new AbortController().signal,
  });
}

function helpOfCommands(command: CliCommand, parent: string): [name: string, help: string][] {
  const name = `${parent} ${command.name()}`.trim();
  command.configureHelp({ helpWidth: 100 });
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return [[name, help], ...command.commands.flatMap((child) => helpOfCommands(child, name))];
}
