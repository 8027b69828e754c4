import { Command } from 'commander';
import { type CommandGroup, registerCalled } from './command-groups.ts';
import type { CliContext } from './context.ts';

/** Each folder registers its own commands. */
const groups: readonly CommandGroup[] = [
  { words: ['image'], load: async () => (await import('./image/index.ts')).registerImageCommands },
  {
    words: ['login', 'logout', 'whoami'],
    load: async () => (await import('./connection/index.ts')).registerConnectionCommands,
  },
  {
    words: ['session'],
    load: async () => (await import('./connection/index.ts')).registerSessionCommands,
  },
  {
    words: ['workspace'],
    load: async () => (await import('./workspace/index.ts')).registerWorkspaceCommands,
  },
  { words: ['policy'], load: async () => (await import('./policy/index.ts')).registerPolicyCommands },
  { words: ['plan'], load: async () => (await import('./plan/index.ts')).registerPlanCommands },
  { words: ['user'], load: async () => (await import('./user/index.ts')).registerUserCommands },
  { words: ['password'], load: async () => (await import('./user/index.ts')).registerPasswordCommand },
  { words: ['group'], load: async () => (await import('./user/index.ts')).registerGroupCommands },
  { words: ['sso'], load: async () => (await import('./sso/index.ts')).registerSsoCommands },
  { words: ['token'], load: async () => (await import('./token/index.ts')).registerTokenCommands },
  {
    words: ['directory'],
    load: async () => (await import('./directory/index.ts')).registerDirectoryCommands,
  },
  { words: ['device'], load: async () => (await import('./device/index.ts')).registerDeviceCommands },
  {
    words: ['administrator'],
    load: async () => (await import('./administrator/index.ts')).registerAdministratorCommands,
  },
  { words: ['role'], load: async () => (await import('./administrator/index.ts')).registerRoleCommands },
  { words: ['audit'], load: async () => (await import('./audit/index.ts')).registerAuditCommands },
  { words: ['report'], load: async () => (await import('./report/index.ts')).registerReportCommands },
  { words: ['task'], load: async () => (await import('./task/index.ts')).registerTaskCommands },
  { words: ['server'], load: async () => (await import('./server/index.ts')).registerServerCommands },
  { words: ['agent'], load: async () => (await import('./agent/index.ts')).registerAgentCommands },
];

/**
 * The command line.
 *
 * @param words what was typed behind `carrel`: only what they lead to is loaded; all of it without any
 */
export async function buildProgram(context: CliContext, words: readonly string[] = []): Promise<Command> {
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
  const isVersion = words[0] === '--version' || words[0] === '-V';
  if (!isVersion) await registerCalled(groups, program, context, words);
  return program;
}
