import { createInterface } from 'node:readline/promises';
import { type ApiClient, fail, type ImportResult, routes, type WorkspaceFile } from '@carrel/contract';
import type { Command } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { importLines } from './import-lines.ts';
import { readWorkspaceFiles } from './read-workspace-files.ts';

interface ImportOptions {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `carrel workspace apply` and `import`: make what the server has equal to files. */
export function registerImportCommands(workspace: Command, context: CliContext): void {
  workspace
    .command('apply')
    .description('Make workspaces, and who has them, equal to a file')
    .requiredOption('-f, --file <file>', 'YAML or JSON; - is standard input')
    .option('--dry-run', 'change nothing and say which fields would change, for whom')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Example file:
  name: Accounting
  image: debian-desktop
  channel: production
  policy:
    virtualMachine: { persistence: persistent, stopAction: save }
  assignments:
    - group: Accountants
      settings: { offlineLimitHours: 72, clipboard: to-workspace }

Fields the file leaves out have their defaults. Assignments are left as they are when the file has none; with a list,
exactly those remain. Several workspaces: as several YAML documents, or as a list under "workspaces". All or nothing.

Examples:
  carrel workspace apply -f accounting.yaml --dry-run
  carrel workspace apply -f accounting.yaml`,
    )
    .action(async ({ file, ...options }: ImportOptions & { file: string }) => {
      const workspaces = await readWorkspaceFiles([file]);
      await using server = await openServer(context);
      const result = await send(server.api, context, workspaces, options.dryRun === true);
      print(context, result, options);
    });
  workspace
    .command('import')
    .description(
      'Merge workspaces from files by name, after showing what that changes; others stay as they are',
    )
    .argument('<files...>', 'YAML or JSON, as export writes them')
    .option('--dry-run', 'only show what would change')
    .option('--yes', 'do not ask')
    .option('--json', 'print the result as one JSON line (needs --yes or --dry-run)')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel workspace export -o all.yaml\n  carrel workspace import all.yaml --dry-run\n  carrel workspace import all.yaml --yes',
    )
    .action(async (files: string[], options: ImportOptions) => {
      const workspaces = await readWorkspaceFiles(files);
      await using server = await openServer(context);
      const shown = await send(server.api, context, workspaces, true);
      const isSilent = options.json === true && options.dryRun !== true;
      if (!isSilent) print(context, shown, options);
      if (options.dryRun || shown.workspaces.every(({ action }) => action === 'unchanged')) {
        if (isSilent) print(context, shown, options);
        return;
      }
      if (!options.yes) await requireConsent(context, shown);
      const basedOn = shown.workspaces.map(({ basis }) => basis);
      const result = await send(server.api, context, workspaces, false, basedOn);
      if (isSilent) print(context, result, options);
      else context.terminal.note('Imported.');
    });
}

function send(
  api: ApiClient,
  context: CliContext,
  workspaces: WorkspaceFile[],
  isDryRun: boolean,
  basedOn?: ImportResult['workspaces'][number]['basis'][],
): Promise<ImportResult> {
  return api.call(routes.importWorkspaces, {
    query: { dryRun: String(isDryRun) },
    body: { workspaces, ...(basedOn ? { basedOn } : {}) },
    signal: context.signal,
  });
}

function print({ terminal }: CliContext, result: ImportResult, { json }: ImportOptions): void {
  if (json) terminal.out(JSON.stringify(result));
  else for (const line of importLines(result)) terminal.out(result.isDryRun ? `would: ${line}` : line);
}

/** @throws {USAGE} nobody can be asked; {CANCELLED} they said no */
async function requireConsent(context: CliContext, shown: ImportResult): Promise<void> {
  if (!process.stdin.isTTY || context.isJson) {
    const reason = 'Nothing was imported, since there is nobody to ask: give --yes.';
    throw fail('USAGE', { reason, command: 'carrel workspace import' });
  }
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `Import ${shown.workspaces.length} workspaces so? [y/N] `;
    const answer = await reader.question(question, { signal: context.signal });
    if (!/^y(es)?$/iu.test(answer.trim())) throw fail('CANCELLED', {});
  } finally {
    reader.close();
  }
}
