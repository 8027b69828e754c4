import { type HistoryEntry, routes } from '@carrel/contract';
import { describeChange, diffWorkspaces } from '@carrel/policy';
import { type Command, InvalidArgumentError } from 'commander';
import { allItems, createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printPreview } from '../policy/index.ts';
import { printList } from '../terminal/print-list.ts';

/** `carrel workspace history`, `diff` and `restore`. */
export function registerHistoryCommands(workspace: Command, context: CliContext): void {
  registerHistory(workspace, context);
  registerDiff(workspace, context);
  registerRestore(workspace, context);
}

function registerHistory(workspace: Command, context: CliContext): void {
  workspace
    .command('history')
    .description('List every saved change of a workspace and of who has it, newest first')
    .argument('<name>')
    .option('--limit <count>', 'at most this many', parseNumber, 50)
    .option('--json', 'print one JSON line a change')
    .addHelpText('after', '\nExample:\n  carrel workspace history Accounting --limit 10')
    .action(async (name: string, options: { limit: number; json?: true }) => {
      await using server = await openServer(context);
      const { api } = server;
      const { id: workspaceId } = await createFinder(api, context.signal).workspace(name);
      const params = { workspaceId };
      const items = allItems(
        (query) => api.call(routes.listRevisions, { params, query, signal: context.signal }),
        options.limit,
      );
      await printList<HistoryEntry>(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'Nothing was ever changed.',
        columns: [
          { heading: 'TIME', value: (entry) => entry.time },
          { heading: 'BY', value: (entry) => entry.author },
          {
            heading: 'REVISION',
            value: (entry) => (entry.kind === 'workspace' ? entry.revision : `assignments ${entry.revision}`),
          },
          { heading: 'CHANGE', value: (entry) => entry.summary },
        ],
      });
    });
}

function registerDiff(workspace: Command, context: CliContext): void {
  workspace
    .command('diff')
    .description('Show which fields differ between two revisions of a workspace')
    .argument('<name>')
    .argument('[from]', 'revision (default: the one before)', parseNumber)
    .argument('[to]', 'revision (default: the present one)', parseNumber)
    .option('--json', 'print the differences as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel workspace diff Accounting\n  carrel workspace diff Accounting 3 7',
    )
    .action(
      async (
        name: string,
        given: number | undefined,
        until: number | undefined,
        options: { json?: true },
      ) => {
        await using server = await openServer(context);
        const { id: workspaceId, revision } = await createFinder(server.api, context.signal).workspace(name);
        const to = until ?? revision;
        const from = given ?? Math.max(1, to - 1);
        const contentOf = async (number: number) => {
          const params = { workspaceId, revision: number };
          return (await server.api.call(routes.getRevision, { params, signal: context.signal })).content;
        };
        const changes = diffWorkspaces(await contentOf(from), await contentOf(to));
        if (options.json) context.terminal.out(JSON.stringify({ from, to, changes }));
        else for (const change of changes) context.terminal.out(describeChange(change));
        if (changes.length === 0 && !options.json) {
          context.terminal.note(`Revisions ${from} and ${to} do not differ.`);
        }
      },
    );
}

function registerRestore(workspace: Command, context: CliContext): void {
  workspace
    .command('restore')
    .description('Make a workspace again what it was at a revision, as a new revision')
    .argument('<name>')
    .argument('<revision>', 'as history lists it', parseNumber)
    .option('--dry-run', 'change nothing and say what would change, for whom')
    .option('--json', 'print the workspace, or the effect, as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel workspace restore Accounting 3 --dry-run\n  carrel workspace restore Accounting 3',
    )
    .action(async (name: string, number: number, options: { dryRun?: true; json?: true }) => {
      await using server = await openServer(context);
      const { signal } = context;
      const { id: workspaceId, revision } = await createFinder(server.api, signal).workspace(name);
      const params = { workspaceId, revision: number };
      if (options.dryRun) {
        const old = await server.api.call(routes.getRevision, { params, signal });
        const { description, imageId, channel, policy } = old.content;
        const input = { name: old.content.name, description, imageId, channel, policy };
        await printPreview(server.api, context, { kind: 'workspace', workspaceId, input }, options);
        return;
      }
      const restored = await server.api.call(routes.restoreRevision, { params, revision, signal });
      if (options.json) context.terminal.out(JSON.stringify(restored));
      else
        context.terminal.note(
          `${restored.name} is again as at revision ${number}; now ${restored.revision}.`,
        );
    });
}

function parseNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError('Expected a whole number from 1.');
  }
  return number;
}
