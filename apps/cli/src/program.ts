import { Command } from 'commander';
import { registerAgentCommands } from './agent/index.ts';
import { registerConnectionCommands } from './connection/index.ts';
import type { CliContext } from './context.ts';
import { registerDeviceCommands } from './device/index.ts';
import { registerDirectoryCommands } from './directory/index.ts';
import { registerImageCommands } from './image/index.ts';
import { registerPolicyCommands } from './policy/index.ts';
import { registerReportCommands } from './report/index.ts';
import { registerServerCommands } from './server/index.ts';
import { registerSsoCommands } from './sso/index.ts';
import { registerTaskCommands } from './task/index.ts';
import { registerTokenCommands } from './token/index.ts';
import { registerGroupCommands, registerPasswordCommand, registerUserCommands } from './user/index.ts';
import { registerWorkspaceCommands } from './workspace/index.ts';

/** The whole command line. Each folder registers its own commands. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('carrel')
    .description('Enterprise desktop virtualization: images, workspaces, devices and what runs on them.')
    .version('0.1.0')
    .showHelpAfterError('(run with --help for what it takes)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text.trimEnd()),
      writeErr: (text) => {
        if (!context.isJson) context.terminal.note(text.trimEnd());
      },
    });
  registerImageCommands(program, context);
  registerConnectionCommands(program, context);
  registerWorkspaceCommands(program, context);
  registerPolicyCommands(program, context);
  registerUserCommands(program, context);
  registerPasswordCommand(program, context);
  registerGroupCommands(program, context);
  registerSsoCommands(program, context);
  registerTokenCommands(program, context);
  registerDirectoryCommands(program, context);
  registerDeviceCommands(program, context);
  registerReportCommands(program, context);
  registerTaskCommands(program, context);
  registerServerCommands(program, context);
  registerAgentCommands(program, context);
  return program;
}
