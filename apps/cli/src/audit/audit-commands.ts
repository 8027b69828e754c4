import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type AuditEntry, fail, routes } from '@carrel/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { allItems, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface FilterOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly outcome?: AuditEntry['outcome'];
  readonly since?: string;
  readonly until?: string;
}

/** `carrel audit …` */
export function registerAuditCommands(program: Command, context: CliContext): void {
  const audit = program.command('audit').description('Who changed what, and who was refused');
  withFilter(audit.command('list').description('List entries, newest first'))
    .option('--limit <count>', 'how many at most', parseLimit, 100)
    .option('--json', 'print one JSON line an entry')
    .addHelpText('after', '\nExample:\n  carrel audit list --outcome denied --since 2026-01-01')
    .action((options: FilterOptions & { limit: number; json?: true }) => listEntries(context, options));
  withFilter(audit.command('export').description('Write the log to a file, oldest first'))
    .addOption(new Option('--format <format>').choices(['ndjson', 'csv']).default('ndjson'))
    .option('-o, --output <file>', 'a new file, readable by you only; default: standard output')
    .addHelpText(
      'after',
      '\nExample:\n  carrel audit export -o audit-2026.ndjson --since 2026-01-01 --until 2027-01-01',
    )
    .action((options: FilterOptions & { format: 'ndjson' | 'csv'; output?: string }) =>
      exportEntries(context, options),
    );
  audit
    .command('verify')
    .description('Check that nothing in the log was altered, moved or removed')
    .option('--known <sequence:hash>', 'an entry seen earlier, which must still be there', parseKnown)
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel audit verify\n  carrel audit verify --known 1204:sha256:3f2a…',
    )
    .action(async (options: { known?: { sequence: number; hash: string }; json?: true }) => {
      await using server = await openServer(context);
      const query = options.known ?? {};
      const found = await server.api.call(routes.verifyAudit, { query, signal: context.signal });
      if (options.json) context.terminal.out(JSON.stringify(found));
      if (found.damagedSequence !== null) throw fail('AUDIT_DAMAGED', { sequence: found.damagedSequence });
      if (options.json) return;
      context.terminal.out(`The audit log is whole: ${found.entryCount} entries.`);
      if (found.headHash !== null) {
        context.terminal.out(`Keep for later: --known ${found.entryCount}:${found.headHash}`);
      }
    });
}

function withFilter(command: Command): Command {
  return command
    .option('--actor <name>', 'exactly this user name, or device:ID')
    .option('--action <action>', 'exactly this, such as changeUser')
    .option('--target <text>', 'part of the target')
    .addOption(new Option('--outcome <outcome>').choices(['done', 'denied', 'failed']))
    .option('--since <time>', 'from this time on, such as 2026-01-31', parseTime)
    .option('--until <time>', 'before this time', parseTime);
}

function queryOf({ actor, action, target, outcome, since, until }: FilterOptions) {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(target === undefined ? {} : { target }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

async function listEntries(
  context: CliContext,
  options: FilterOptions & { readonly limit: number; readonly json?: true },
): Promise<void> {
  await using server = await openServer(context);
  const filter = { ...queryOf(options), limit: Math.min(options.limit, 1000) };
  const items = allItems(
    (page) => server.api.call(routes.listAudit, { query: { ...filter, ...page }, signal: context.signal }),
    options.limit,
  );
  await printList(context.terminal, items, {
    isJson: options.json === true,
    whenEmpty: 'No such entry.',
    columns: [
      { heading: 'NUMBER', value: (entry) => entry.sequence },
      { heading: 'TIME', value: (entry) => entry.time },
      { heading: 'ACTOR', value: (entry) => entry.actor },
      { heading: 'ACTION', value: (entry) => entry.action },
      { heading: 'OUTCOME', value: (entry) => entry.outcome },
      { heading: 'TARGET', value: (entry) => entry.target },
    ],
  });
}

async function exportEntries(
  context: CliContext,
  options: FilterOptions & { readonly format: 'ndjson' | 'csv'; readonly output?: string },
): Promise<void> {
  await using server = await openServer(context);
  const content = await server.api.call(routes.exportAudit, {
    query: { ...queryOf(options), format: options.format },
    signal: context.signal,
  });
  if (options.output === undefined) {
    const decoder = new TextDecoder();
    for await (const piece of content) process.stdout.write(decoder.decode(piece, { stream: true }));
    return;
  }
  const path = resolve(options.output);
  await using file = await open(path, 'wx', 0o600);
  for await (const piece of content) await file.write(piece);
  context.terminal.note(`Wrote ${path}.`);
}

function parseTime(text: string): string {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('Expected a date or time, such as 2026-01-31.');
  return new Date(timeMs).toISOString();
}

function parseKnown(text: string): { sequence: number; hash: string } {
  const [, sequence, hash = ''] = /^(\d{1,15}):(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined) throw new InvalidArgumentError('Expected SEQUENCE:sha256:HEX.');
  return { sequence: Number(sequence), hash };
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return limit;
}
