import { writeFile } from 'node:fs/promises';
import { type ApiClient, routes, type WorkspaceFile } from '@carrel/contract';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';

/** As many workspaces as one request names. */
const namesAtOnce = 100;

/** `carrel workspace show`, `export` and `clone`. */
export function registerExportCommands(workspace: Command, context: CliContext): void {
  workspace
    .command('show')
    .description('Show a workspace as the file that would make it')
    .argument('<name>')
    .option('--json', 'print one JSON line')
    .addHelpText('after', '\nExample:\n  carrel workspace show Accounting > accounting.yaml')
    .action(async (name: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const [file] = await exportWorkspaces(server.api, context, [name]);
      context.terminal.out(options.json ? JSON.stringify(file) : stringify(file).trimEnd());
    });
  workspace
    .command('export')
    .description('Write workspaces and who has them as one document, with names instead of ids')
    .argument('[names...]', 'default: all')
    .option('-o, --output <file>', 'where to; JSON when it ends in .json (default: standard output)')
    .option('--json', 'JSON instead of YAML')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel workspace export > workspaces.yaml\n  carrel workspace export Accounting Sales -o two.json',
    )
    .action(async (names: string[], options: { output?: string; json?: true }) => {
      await using server = await openServer(context);
      const workspaces = await exportWorkspaces(server.api, context, names);
      const isJson = options.json === true || options.output?.endsWith('.json') === true;
      const text = isJson ? JSON.stringify({ workspaces }) : stringify({ workspaces }).trimEnd();
      if (options.output === undefined) context.terminal.out(text);
      else {
        await writeFile(options.output, `${text}\n`);
        context.terminal.note(`Wrote ${workspaces.length} workspaces to ${options.output}.`);
      }
    });
  workspace
    .command('clone')
    .description('Copy a workspace; without --name it gets the next free of "NAME - 2", "NAME - 3" …')
    .argument('<name>')
    .option('--name <name>', 'of the copy')
    .option('--with-assignments', 'also give it to everybody who has the original')
    .option('--json', 'print the copy as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel workspace clone Accounting --name "Accounting test"')
    .action(async (name: string, options: { name?: string; withAssignments?: true; json?: true }) => {
      await using server = await openServer(context);
      const { id } = await createFinder(server.api, context.signal).workspace(name);
      const made = await server.api.call(routes.cloneWorkspace, {
        params: { workspaceId: id },
        body: {
          ...(options.name === undefined ? {} : { name: options.name }),
          withAssignments: options.withAssignments === true,
        },
        signal: context.signal,
      });
      if (options.json) context.terminal.out(JSON.stringify(made));
      else context.terminal.note(`${name} is copied to ${made.name}.`);
    });
}

/** @param names none: all */
async function exportWorkspaces(
  api: ApiClient,
  { signal }: CliContext,
  names: readonly string[],
): Promise<WorkspaceFile[]> {
  if (names.length === 0) return (await api.call(routes.exportWorkspaces, { signal })).workspaces;
  const find = createFinder(api, signal);
  const ids = await Array.fromAsync(names, async (name) => (await find.workspace(name)).id);
  const files: WorkspaceFile[] = [];
  for (let start = 0; start < ids.length; start += namesAtOnce) {
    const workspaceIds = ids.slice(start, start + namesAtOnce).join(',');
    files.push(...(await api.call(routes.exportWorkspaces, { query: { workspaceIds }, signal })).workspaces);
  }
  return files;
}
