import { createManualClock } from '@carrel/kit';
import { buildProgram } from '../../apps/cli/src/program.ts';
import { page } from './markdown.ts';

type CliCommand = ReturnType<typeof buildProgram>;

/** docs/reference/cli.md: the help of every command, as the program prints it. */
export function renderCliReference(): string {
  const silent = (): undefined => undefined;
  const program = buildProgram({
    terminal: { out: silent, note: silent, rewrite: silent, isInteractive: false, columns: 100 },
    clock: createManualClock(),
    isJson: false,
    env: {},
    signal: new AbortController().signal,
  });
  return page(
    'Command line',
    'Results go to standard output, everything for eyes only to standard error. Exit codes are those of [errors](errors.md).',
    ...sections(program, ''),
  );
}

function sections(command: CliCommand, parent: string): string[] {
  const name = `${parent} ${command.name()}`.trim();
  command.configureHelp({ helpWidth: 100 });
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  const own = `## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``;
  return [own, ...command.commands.flatMap((child) => sections(child, name))];
}
