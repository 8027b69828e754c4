import { createManualClock } from '@carrel/kit';
import { buildProgram } from '../../apps/cli/src/program.ts';
import { buildProgram as buildServerProgram } from '../../apps/server/src/commands/program.ts';
import { page } from './markdown.ts';

type CliCommand = Awaited<ReturnType<typeof buildProgram>>;

/** docs/reference/cli.md: the help of every command, as the program prints it. */
export async function renderCliReference(): Promise<string> {
  return page(
    'Command line',
    'Results go to standard output, everything for eyes only to standard error. Exit codes are those of [errors](errors.md).',
    ...[...(await helpOfAll())].map(([name, help]) => `## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``),
  );
}

/** What a command such as `carrel agent start` says of itself; `undefined` when there is none. */
export async function commandHelp(name: string): Promise<string | undefined> {
  return (await helpOfAll()).get(name);
}

/** By name, in the order of the program. Commands that run the server's program are explained by that. */
async function helpOfAll(): Promise<Map<string, string>> {
  const silent = (): undefined => undefined;
  const context = { env: {}, out: silent, note: silent, signal: new AbortController().signal };
  const [, ...ofServer] = helpOfCommands(buildServerProgram(context), '');
  const ownHelp = (name: string): [string, string][] =>
    ofServer.filter(([own]) => own === name || own.startsWith(`${name} `));
  const entries = helpOfCommands(await createProgram(), '').flatMap(([name, help]): [string, string][] =>
    ofServer.some(([own]) => own === name) ? ownHelp(name) : [[name, help]],
  );
  return new Map(entries);
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

/** What is asked of a command of either program. */
type AnyCommand = Pick<CliCommand, 'name' | 'configureHelp' | 'configureOutput' | 'outputHelp'> & {
  readonly commands: readonly AnyCommand[];
};

function helpOfCommands(command: AnyCommand, parent: string): [name: string, help: string][] {
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
