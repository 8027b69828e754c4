import { Command, InvalidArgumentError, Option } from 'commander';
import { runAuditVerify } from './audit-verify.ts';
import {
  type BackupCommandOptions,
  type RestoreCommandOptions,
  runBackup,
  runBackupVerify,
  runRestore,
} from './backup.ts';
import { type InitCommandOptions, runInit } from './init.ts';
import type { CommandContext, CommonOptions } from './options.ts';
import { runRotateMasterKey } from './rotate-master-key.ts';
import { type RunCommandOptions, runServer } from './run.ts';

/** The server's command line: `carrel server …`. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command('carrel server').description('The management server of an instance');
  // Options after the name of a command are that command's: `backup` has some of the same name as `backup verify`.
  program.enablePositionalOptions();
  program.exitOverride().configureOutput({ writeOut: write(context.out), writeErr: write(context.note) });

  withCommon(program.command('init'))
    .description('Make a new instance: keys, certificate authority, database, first administrator')
    .option('--admin-password-file <file>', 'write the first password there instead of showing it')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel server init --name carrel.example\n  CARREL_DATABASE=postgres://… carrel server init --data /var/lib/carrel',
    )
    .action((options: InitCommandOptions) => runInit(options, context));

  withCommon(program.command('run'))
    .description('Run the server until it is told to stop (SIGTERM)')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 for any free one', parsePort, 7443)
    .addOption(
      new Option('--log-level <level>', 'how much to log on standard error')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('info'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  carrel server run\n  carrel server run --host 0.0.0.0 --name carrel.example --json',
    )
    .action((options: RunCommandOptions) => runServer(options, context));

  withCommon(program.command('rotate-master-key'))
    .description('Put every secret of the instance under a new master key; no server may run meanwhile')
    .addHelpText(
      'after',
      `
Examples:
  carrel server rotate-master-key --data /var/lib/carrel
  CARREL_MASTER_KEY=… CARREL_NEW_MASTER_KEY=… carrel server rotate-master-key

The new key goes into the file master.key, or is the one in CARREL_NEW_MASTER_KEY (32 bytes in base64url).
Disks, images and leases stay as they are. After an interruption the next start goes on with whichever
key opens the secrets.`,
    )
    .action((options: CommonOptions) => runRotateMasterKey(options, context));

  addBackupCommands(program, context);

  const audit = program.command('audit').description('The log of changes and denied attempts');
  withCommon(audit.command('verify'))
    .description('Check that nothing in the audit log was altered or removed')
    .addHelpText('after', '\nExample:\n  carrel server audit verify --data /var/lib/carrel')
    .action((options: CommonOptions) => runAuditVerify(options, context));
  return program;
}

const passphraseOption = [
  '--passphrase-file <file>',
  'file with the passphrase on its first line (- is standard input; or CARREL_BACKUP_PASSPHRASE)',
] as const;

function addBackupCommands(program: Command, context: CommandContext): void {
  const backup = withCommon(program.command('backup'))
    .description('Write everything the instance is into one sealed file, while its server runs')
    .option('-o, --output <path>', 'file to write, or a folder to write one into; needed')
    .option(...passphraseOption)
    .option('--no-images', 'leave out the images of the built-in repository')
    .option('--force', 'replace a file of that name')
    .addHelpText(
      'after',
      `
Examples:
  carrel server backup -o /backup --passphrase-file /etc/carrel/backup.passphrase
  carrel server backup verify /backup/carrel.backup --passphrase-file -`,
    )
    .action((options: BackupCommandOptions) => runBackup(options, context));
  backup
    .command('verify')
    .description('Read every byte of a backup and check it')
    .argument('<file>')
    .option(...passphraseOption)
    .option('--json', 'print what it holds as one JSON line')
    .action((path: string, options: { passphraseFile?: string; json?: true }) =>
      runBackupVerify(path, options, context),
    );
  withCommon(program.command('restore'))
    .description(
      'Make an instance out of a backup; it is checked to the last byte before anything is replaced',
    )
    .argument('<file>')
    .requiredOption('--to <folder>', 'folder of the instance')
    .option(...passphraseOption)
    .option('--force', 'replace what is there; a folder is kept under another name')
    .addHelpText(
      'after',
      `
Examples:
  carrel server restore carrel.backup --to /var/lib/carrel --passphrase-file -
  CARREL_DATABASE=postgres://… carrel server restore carrel.backup --to /var/lib/carrel

The rows go into the embedded database, or into PostgreSQL where CARREL_DATABASE or --database-file
names one, whichever the backup was made of.`,
    )
    .action((path: string, options: RestoreCommandOptions) => runRestore(path, options, context));
}

function withCommon(command: Command): Command {
  const collect = (value: string, earlier: string[]): string[] => [...earlier, value];
  return command
    .option('--data <folder>', 'folder of the instance (CARREL_DATA; ~/.local/share/carrel/server)')
    .option('--name <host>', 'another host name or address of the server; may be repeated', collect, [])
    .option('--database-file <file>', 'file with the PostgreSQL connection string (or CARREL_DATABASE)')
    .option('--json', 'print the result as one JSON line');
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('expected a number from 0 to 65535');
  return port;
}

function write(line: (text: string) => void): (text: string) => void {
  return (text) => line(text.trimEnd());
}
