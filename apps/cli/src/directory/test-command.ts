import { type DirectoryStep, errorCatalogue, routes } from '@carrel/contract';
import { AppError } from '@carrel/kit';
import type { Command } from 'commander';
import { openServer, readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { findDirectory } from './find-directory.ts';

interface TestOptions {
  readonly user?: string;
  readonly passwordFile?: string;
  readonly json?: true;
}

/** `carrel directory test`. */
export function registerTestCommand(directory: Command, context: CliContext): void {
  directory
    .command('test')
    .description('Go through the connection step by step and say which one fails')
    .argument('<name>')
    .option('--user <name>', 'somebody to find, as they sign in')
    .option(
      '--password-file <file>',
      'file with their password, to try signing in as well (- is standard input)',
    )
    .option('--json', 'print one JSON line a step')
    .addHelpText(
      'after',
      String.raw`
Examples:
  carrel directory test Corp
  carrel directory test Corp --user 'CORP\ada'
  carrel directory test Corp --user ada@corp.example --password-file ada.password`,
    )
    .action((name: string, options: TestOptions) => testDirectory(context, name, options));
}

async function testDirectory(context: CliContext, name: string, options: TestOptions): Promise<void> {
  await using server = await openServer(context);
  const { id } = await findDirectory(server.api, name, context.signal);
  const password =
    options.user === undefined || options.passwordFile === undefined
      ? undefined
      : await readSecret(context, {
          prompt: `Password of ${options.user}`,
          file: options.passwordFile,
          variable: 'CARREL_TEST_PASSWORD',
          option: '--password-file',
        });
  const { steps } = await server.api.call(routes.testDirectory, {
    params: { directoryId: id },
    body: {
      ...(options.user === undefined ? {} : { userName: options.user }),
      ...(password === undefined ? {} : { password }),
    },
    signal: context.signal,
  });
  for (const step of steps) context.terminal.out(options.json ? JSON.stringify(step) : lineOf(step));
  const failed = steps.find((step) => step.outcome === 'failed');
  if (failed) throw errorOf(failed);
  if (!options.json) context.terminal.note(`${name} works.`);
}

const nameWidth = Math.max(...['find-user', 'authenticate', 'certificate'].map((step) => step.length));

function lineOf({ outcome, step, server, detail }: DirectoryStep): string {
  const place = server === null ? '' : `${server}  `;
  return `${outcome.padEnd(7)}  ${step.padEnd(nameWidth)}  ${place}${detail}`;
}

/** The failure of a step as if it had happened here, so that the exit code is the one of its class. */
function errorOf(step: DirectoryStep): AppError {
  const code = step.code ?? 'INTERNAL';
  const known = Object.entries(errorCatalogue).find(([name]) => name === code)?.[1];
  return new AppError({
    code,
    errorClass: known?.errorClass ?? 'other',
    httpStatus: known?.httpStatus ?? 500,
    message: `${step.step}: ${step.detail}`,
    remedy: step.remedy ?? '',
    retryable: false,
    details: { step: step.step, ...(step.server === null ? {} : { server: step.server }) },
  });
}
