import { routes } from '@carrel/contract';
import type { Command } from 'commander';
import { openServer, readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';

interface PasswordOptions {
  readonly oldPasswordFile?: string;
  readonly newPasswordFile?: string;
}

/** `carrel password`: people change their own. */
export function registerPasswordCommand(program: Command, context: CliContext): void {
  program
    .command('password')
    .description('Change your own password; your other sessions end')
    .option('--old-password-file <file>', 'file with the present password on its first line')
    .option('--new-password-file <file>', 'file with the new one on its first line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel password\n\nThe passwords may also be in CARREL_PASSWORD and CARREL_NEW_PASSWORD.',
    )
    .action((options: PasswordOptions) => changePassword(context, options));
}

async function changePassword(context: CliContext, options: PasswordOptions): Promise<void> {
  await using server = await openServer(context);
  const oldPassword = await readSecret(context, {
    prompt: 'Present password',
    file: options.oldPasswordFile,
    variable: 'CARREL_PASSWORD',
    option: '--old-password-file',
  });
  const newPassword = await readSecret(context, {
    prompt: 'New password',
    file: options.newPasswordFile,
    variable: 'CARREL_NEW_PASSWORD',
    option: '--new-password-file',
  });
  await server.api.call(routes.changeOwnPassword, {
    body: { oldPassword, newPassword },
    signal: context.signal,
  });
  context.terminal.note('The password is changed; your other sessions have ended.');
}
