import { Command } from 'commander';
import type { CliContext } from './context.ts';

/** The whole command line. Each folder registers its own commands. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('carrel')
    .description('Enterprise desktop virtualization: images, workspaces, devices and what runs on them.')
    .version('0.1.0')
    .showHelpAfterError('(run with --help for what it takes)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text.trimEnd()),
      writeErr: (text) => context.terminal.note(text.trimEnd()),
    });
  return program;
}
