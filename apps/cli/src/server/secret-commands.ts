import { readFile } from 'node:fs/promises';
import { fail, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { openServer, readSecret } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface SetSecretOptions {
  readonly file?: string;
  readonly json?: true;
}

/** `carrel server secret …`: what the server keeps to sign in elsewhere. Values go in and never come out. */
export function registerSecretCommands(server: Command, context: CliContext): void {
  const secret = server.command('secret').description('Secrets the server keeps, such as bind passwords');
  secret
    .command('list')
    .description('List the names of the secrets; their values are never told')
    .option('--json', 'print one JSON line a secret')
    .action(async (options: { json?: true }) => {
      await using open = await openServer(context);
      const { items } = await open.api.call(routes.listSecrets, { signal: context.signal });
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'There are no secrets.',
        columns: [
          { heading: 'SECRET', value: (item) => item.name },
          { heading: 'CHANGED', value: (item) => item.updatedAt },
          { heading: 'BY', value: (item) => item.updatedBy },
        ],
      });
    });
  secret
    .command('set')
    .description('Keep a secret under a name, in place of what was there')
    .argument('<name>', 'lower-case letters, digits, . _ -')
    .option('--file <file>', 'file that is the secret, but for a line end at its end (- is standard input)')
    .option('--json', 'print what is kept now, without the value, as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel server secret set join-account
  carrel server secret set directory-bind --file - < bind.password

Without --file it is asked for, or taken from CARREL_SECRET.`,
    )
    .action((name: string, options: SetSecretOptions) => setSecret(context, name, options));
  secret
    .command('remove')
    .description('Forget a secret')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  carrel server secret remove join-account')
    .action(async (name: string) => {
      await using open = await openServer(context);
      await open.api.call(routes.deleteSecret, { params: { secretName: name }, signal: context.signal });
      context.terminal.note(`Forgot ${name}.`);
    });
}

async function setSecret(context: CliContext, name: string, options: SetSecretOptions): Promise<void> {
  await using open = await openServer(context);
  const value = await secretValue(context, name, options.file);
  if (value === '') {
    throw fail('USAGE', { reason: 'The secret is empty.', command: 'carrel server secret set' });
  }
  const secret = await open.api.call(routes.putSecret, {
    params: { secretName: name },
    body: { value },
    signal: context.signal,
  });
  if (options.json) context.terminal.out(JSON.stringify(secret));
  else context.terminal.note(`Kept ${secret.name}.`);
}

/** A file may hold several lines, such as a private key. */
async function secretValue(context: CliContext, name: string, file: string | undefined): Promise<string> {
  if (file === undefined) {
    const source = { prompt: `Value of ${name}`, file, variable: 'CARREL_SECRET', option: '--file' };
    return readSecret(context, source);
  }
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  return text.replace(/\r?\n$/, '');
}
