import { Command, InvalidArgumentError, Option } from 'commander';
import { runAuditVerify } from './audit-verify.ts';
import { type InitCommandOptions, runInit } from './init.ts';
import type { CommandContext, CommonOptions } from './options.ts';
import { runRotateMasterKey } from './rotate-master-key.ts';
import { type RunCommandOptions, runServer } from './run.ts';

/** The server's command line: `carrel server …`. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command('carrel server').description('The management server of an instance');
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

  const audit = program.command('audit').description('The log of changes and denied attempts');
  withCommon(audit.command('verify'))
    .description('Check that nothing in the audit log was altered or removed')
    .addHelpText('after', '\nExample:\n  carrel server audit verify --data /var/lib/carrel')
    .action((options: CommonOptions) => runAuditVerify(options, context));
  return program;
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
