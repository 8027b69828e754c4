import { type CallOutput, routes } from '@carrel/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { allItems, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface TokenOptions {
  readonly uses: number;
  readonly validHours: number;
  readonly note: string;
  readonly json?: true;
}

/** `carrel device token …` */
export function registerTokenCommands(device: Command, context: CliContext): void {
  const token = device
    .command('token')
    .description('Make a token that enrols computers; it is shown this once')
    .option('--uses <count>', 'how many computers may use it', parseCount, 1)
    .option('--valid-hours <hours>', 'how long it is valid', parseCount, 24)
    .option('--note <text>', 'what it is for', '')
    .option('--json', 'print the token as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel device token --uses 30 --valid-hours 72 --note "Accounting, second floor"\n  carrel device token list\n  carrel device token revoke 3f2a9c…',
    )
    .action((options: TokenOptions) => makeToken(context, options));
  token
    .command('list')
    .description('List enrolment tokens, never the tokens themselves')
    .option('--json', 'print one JSON line a token')
    .addHelpText('after', '\nExample:\n  carrel device token list')
    .action(async (_options: unknown, command: Command) => {
      await using server = await openServer(context);
      const items = allItems((query) =>
        server.api.call(routes.listEnrolmentTokens, { query, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: command.optsWithGlobals<{ json?: true }>().json === true,
        whenEmpty: 'There are no enrolment tokens.',
        columns: [
          { heading: 'TOKEN', value: (item) => item.id },
          { heading: 'NOTE', value: (item) => item.note },
          { heading: 'USED', value: (item) => `${item.uses} of ${item.maximumUses}` },
          { heading: 'EXPIRES', value: (item) => item.expiresAt },
          { heading: 'BY', value: (item) => item.createdBy },
          { heading: 'STATE', value: (item) => item.state },
        ],
      });
    });
  token
    .command('revoke')
    .description('Make a token useless; computers it enrolled stay')
    .argument('<token-id>', 'as carrel device token list shows it')
    .addHelpText('after', '\nExample:\n  carrel device token revoke 3f2a9c…')
    .action(async (enrolmentTokenId: string) => {
      await using server = await openServer(context);
      await server.api.call(routes.revokeEnrolmentToken, {
        params: { enrolmentTokenId },
        signal: context.signal,
      });
      context.terminal.note('The token enrols nothing any more.');
    });
}

async function makeToken(context: CliContext, options: TokenOptions): Promise<void> {
  await using server = await openServer(context);
  const made: CallOutput<typeof routes.createEnrolmentToken> = await server.api.call(
    routes.createEnrolmentToken,
    {
      body: { maximumUses: options.uses, validForHours: options.validHours, note: options.note },
      signal: context.signal,
    },
  );
  if (options.json) {
    context.terminal.out(JSON.stringify(made));
    return;
  }
  context.terminal.out(made.token);
  context.terminal.note(`Valid for ${made.maximumUses} computers until ${made.expiresAt}. On each, as root:`);
  const { authorityFingerprint } = await server.api.call(routes.getInstance, { signal: context.signal });
  const trust = `--ca-fingerprint ${authorityFingerprint}`;
  context.terminal.note(`  carrel agent enrol ${server.connection.server} --token-file FILE ${trust}`);
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return count;
}
