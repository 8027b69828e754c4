import { createManualClock } from '@carrel/kit';
import { buildProgram } from '../../apps/cli/src/program.ts';
import { page } from './markdown.ts';

type CliCommand = Awaited<ReturnType<typeof buildProgram>>;

/** docs/reference/cli.md: the help of every command, as the program prints it. */
export async function renderCliReference(): Promise<string> {
  return page(
    'Command line',
    'Results go to standard output, everything for eyes only to standard error. Exit codes are those of [errors](errors.md).',
    ...[...helpOfCommands(await createProgram(), '')].map(
      ([name, help]) => `## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``,
    ),
  );
}

/** What a command such as `carrel agent start` says of itself; `undefined` when there is none. */
export async function commandHelp(name: string): Promise<string | undefined> {
  return new Map(helpOfCommands(await createProgram(), '')).get(name);
}

function createProgram(): Promise<CliCommand> {
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
