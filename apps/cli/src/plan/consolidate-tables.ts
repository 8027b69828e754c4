import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import {
  type ConsolidationFinding,
  type ConsolidationSettings,
  consolidationSettingsSchema,
  defaultSheetLimits,
  type Inventory,
  readInventory,
  readSamples,
  readSheets,
  SampleTable,
  type Sheet,
} from '@carrel/planner';
import { parse } from 'yaml';
import { z } from 'zod';
import { readText } from './plan-file.ts';

/** Everything that an assessment is made from. */
export interface ConsolidationTables {
  readonly inventory: Inventory;
  readonly samples: SampleTable;
  readonly findings: readonly ConsolidationFinding[];
}

/**
 * Reads inventory and samples, with everything that is wrong with them at once.
 *
 * @param inventoryPaths CSV or XLSX; a table of CSV has the name of its file
 * @throws {FILE_INVALID} one cannot be opened
 */
export async function readTables(
  inventoryPaths: readonly string[],
  samplePaths: readonly string[],
  settings: ConsolidationSettings,
  signal: AbortSignal,
): Promise<ConsolidationTables> {
  const sheets: Sheet[] = [];
  for (const path of inventoryPaths) sheets.push(...(await readTableFile(path)));
  const { inventory, findings } = readInventory(sheets);
  const samples = new SampleTable(settings);
  const all = [...findings];
  for (const path of samplePaths) {
    await checkReadable(path);
    const chunks = createReadStream(path, { highWaterMark: 1024 ** 2, signal });
    all.push(...(await readSamples({ name: basename(path), chunks }, inventory, samples, signal)));
  }
  return { inventory, samples, findings: all };
}

/**
 * Reads settings from YAML or JSON; without a file they are the defaults.
 *
 * @param hostName stands above what the file says
 * @throws {FILE_INVALID}
 */
export async function readSettings(
  path: string | undefined,
  hostName: string | undefined,
): Promise<ConsolidationSettings> {
  const content = path === undefined ? {} : parseYaml(path, await readText(path));
  const host = hostName === undefined ? {} : { host: hostName };
  const parsed = consolidationSettingsSchema.safeParse(
    typeof content === 'object' && content !== null ? { ...content, ...host } : content,
  );
  if (parsed.success) return parsed.data;
  throw fail('FILE_INVALID', { path: path ?? '--host', reason: z.prettifyError(parsed.error) });
}

async function readTableFile(path: string): Promise<Sheet[]> {
  await checkReadable(path);
  const { size } = await stat(path);
  if (size > defaultSheetLimits.maxFileBytes) {
    throw fail('SHEETS_TOO_LARGE', { what: 'bytes', most: defaultSheetLimits.maxFileBytes });
  }
  const extension = extname(path);
  const isWorkbook = /^\.xlsx$/iu.test(extension);
  const sheets = await readSheets(await readFile(path), isWorkbook ? 'xlsx' : 'csv');
  return isWorkbook ? sheets : sheets.map((sheet) => ({ ...sheet, name: basename(path, extension) }));
}

async function checkReadable(path: string): Promise<void> {
  try {
    await using file = await open(path, 'r');
    if (!(await file.stat()).isFile()) throw new Error('it is no file');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fail('FILE_INVALID', { path, reason }, error);
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fail('FILE_INVALID', { path, reason }, error);
  }
}
