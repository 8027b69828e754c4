import { fail } from '@carrel/contract';
import type { Command } from 'commander';
import { readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { runApp } from '../process/run-app.ts';
import { agentDataPath } from './agent-link.ts';

interface EnrolOptions {
  readonly tokenFile?: string;
  readonly tokenStdin?: true;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly caFingerprint?: string;
  readonly trustFirstUse?: true;
  readonly data?: string;
  readonly json?: true;
}

const command = 'carrel agent enrol';

/** `carrel agent enrol`. */
export function registerEnrolCommand(agent: Command, context: CliContext): void {
  agent
    .command('enrol')
    .description('Make this computer a device of a server, by a token or by the sign-in of a person')
    .argument('<server>', 'address of the server, such as https://carrel.example:7443')
    .option('--token-file <file>', 'file with the enrolment token on its first line (- is standard input)')
    .option('--token-stdin', 'read the enrolment token from standard input')
    .option('-u, --user <name>', 'enrol by the sign-in of this person, where the server allows it')
    .option('--password-file <file>', 'file with their password on its first line (- is standard input)')
    .option('--ca-fingerprint <hex>', "sha256 of the server's certificate authority, from the administrator")
    .option('--trust-first-use', 'believe the authority the server presents now')
    .option('--data <folder>', "the agent's folder (default: CARREL_AGENT_DATA)")
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Without a file the token comes from CARREL_ENROLMENT_TOKEN, the password from CARREL_PASSWORD, or the keyboard.

Examples:
  carrel agent enrol https://carrel.example:7443 --ca-fingerprint 3f1c… --token-file token
  echo TOKEN | carrel agent enrol https://carrel.example:7443 --ca-fingerprint 3f1c… --token-stdin
  carrel agent enrol https://carrel.example:7443 --ca-fingerprint 3f1c… -u ada`,
    )
    .action(async (server: string, options: EnrolOptions) => {
      const secret = await readCredential(context, options);
      const { user, caFingerprint, trustFirstUse, json } = options;
      const args = [
        ...(user === undefined ? [] : ['--user', user]),
        ...(caFingerprint === undefined ? [] : ['--ca-fingerprint', caFingerprint]),
        ...(trustFirstUse ? ['--trust-first-use'] : []),
        ...(json ? ['--json'] : []),
        ...['--data', agentDataPath(context, options.data)],
      ];
      await runApp(context, 'agent', ['enrol', ...args, '--', server], secret);
    });
}

function readCredential(context: CliContext, options: EnrolOptions): Promise<string> {
  const { user, tokenFile, tokenStdin, passwordFile } = options;
  if (user === undefined) {
    if (passwordFile !== undefined) throw usage('--password-file belongs to --user.');
    return readSecret(context, {
      prompt: 'Enrolment token',
      file: tokenStdin ? '-' : tokenFile,
      variable: 'CARREL_ENROLMENT_TOKEN',
      option: '--token-file',
    });
  }
  if (tokenFile !== undefined || tokenStdin) throw usage('Give either a token or --user.');
  return readSecret(context, {
    prompt: `Password of ${user}`,
    file: passwordFile,
    variable: 'CARREL_PASSWORD',
    option: '--password-file',
  });
}

function usage(reason: string): Error {
  return fail('USAGE', { reason, command });
}
