import { readFile, rename, writeFile } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';
import { type ImportedLocations, importLocations, readSheets } from '@carrel/planner';
import type { Command } from 'commander';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import type { CliContext } from '../context.ts';
import { readText } from './plan-file.ts';

interface AddOptions {
  readonly sheet?: string;
  readonly json?: true;
}

/** `carrel plan add-locations`. */
export function registerAddLocationsCommand(plan: Command, context: CliContext): void {
  plan
    .command('add-locations')
    .description('Put locations and their users from a spreadsheet into a plan')
    .argument('<plan>', 'the plan, which is changed; its comments stay')
    .argument('<table>', 'CSV or XLSX with a location in each row')
    .option('--sheet <name>', 'which sheet of a workbook (default: the first)')
    .option('--json', 'print what was done as one JSON line')
    .addHelpText(
      'after',
      `
Columns: Location, Users, Connected to, Bandwidth Mbit/s, Latency ms, Trust domain, Isolated, Library, and others that
docs/plan-file.md lists. A column "Users of Payroll" fills the population of the workspace Payroll. A location that
the plan has already gets what the table says, and keeps the rest. When a cell is wrong nothing is changed.

Examples:
  carrel plan add-locations plan.yaml offices.xlsx --sheet Sites
  carrel plan add-locations plan.yaml offices.csv`,
    )
    .action(async (file: string, table: string, options: AddOptions) => {
      const imported = await readTable(table, options.sheet);
      if (imported.findings.length > 0) {
        if (!options.json)
          for (const { message, remedy } of imported.findings) context.terminal.note(`${message} ${remedy}`);
        const reasons = imported.findings.map(({ message }) => message);
        throw fail('FILE_INVALID', { path: table, reason: reasons.join(' '), reasons });
      }
      const document = parseDocument(await readText(file));
      const [error] = document.errors;
      if (error) throw fail('FILE_INVALID', { path: file, reason: error.message }, error);
      const { added, changed } = merge(document, imported, file);
      await writeFile(`${file}.new`, document.toString());
      await rename(`${file}.new`, file);
      if (options.json) context.terminal.out(JSON.stringify({ file, added, changed }));
      else
        context.terminal.out(
          `${file}: locations added: ${added}, changed: ${changed}. Next: carrel plan check ${file}`,
        );
    });
}

async function readTable(path: string, name: string | undefined): Promise<ImportedLocations> {
  const content = await readFile(path).catch((error: unknown) => {
    throw fail(
      'FILE_INVALID',
      { path, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  });
  const sheets = await readSheets(content, /\.xlsx$/iu.test(path) ? 'xlsx' : 'csv');
  const sheet = name === undefined ? sheets[0] : sheets.find((candidate) => candidate.name === name);
  if (!sheet) throw fail('FILE_INVALID', { path, reason: `it has no sheet ${name ?? 'at all'}` });
  return importLocations(sheet);
}

function merge(
  document: Document,
  { locations, populations }: ImportedLocations,
  file: string,
): { readonly added: number; readonly changed: number } {
  const places = placesByName(document, 'locations');
  let added = 0;
  for (const location of locations) {
    const at = places.get(location.name);
    if (at === undefined) {
      places.set(location.name, places.size);
      addTo(document, ['locations'], location);
      added += 1;
      continue;
    }
    const fields: [string, unknown][] = Object.entries(location);
    for (const [field, value] of fields) {
      if (value === null || typeof value !== 'object' || !isMap(document.getIn(['locations', at, field]))) {
        document.setIn(['locations', at, field], document.createNode(value));
        continue;
      }
      for (const [inner, part] of Object.entries(value))
        document.setIn(['locations', at, field, inner], part);
    }
  }
  const workspaces = placesByName(document, 'workspaces');
  const entriesOf = new Map<number, Map<string, number>>();
  for (const { workspace, location, users } of populations) {
    const at = workspaces.get(workspace);
    if (at === undefined)
      throw fail('FILE_INVALID', { path: file, reason: `it has no workspace ${workspace}` });
    const entries = entriesOf.get(at) ?? placesByName(document, 'workspaces', at, 'population');
    entriesOf.set(at, entries);
    const entry = entries.get(location);
    if (entry === undefined) {
      entries.set(location, entries.size);
      addTo(document, ['workspaces', at, 'population'], { location, users });
    } else {
      document.setIn(['workspaces', at, 'population', entry, 'users'], users);
    }
  }
  return { added, changed: locations.length - added };
}

function addTo(document: Document, path: readonly (string | number)[], value: unknown): void {
  if (isSeq(document.getIn(path))) document.addIn(path, document.createNode(value));
  else document.setIn(path, document.createNode([value]));
}

/** Places in a list by the name, or the location, of what stands there. */
function placesByName(document: Document, ...path: readonly (string | number)[]): Map<string, number> {
  const list = document.getIn(path);
  const places = new Map<string, number>();
  if (!isSeq(list)) return places;
  for (const [at, item] of list.items.entries()) {
    if (!isMap(item)) continue;
    const name: unknown = item.get('name') ?? item.get('location');
    if (typeof name === 'string') places.set(name, at);
  }
  return places;
}
