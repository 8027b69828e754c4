import { fail } from '@carrel/contract';
import type { Sheet } from '@carrel/planner';
import type { PlannerThreads } from '../worker/planner-threads.ts';

/** The server takes no longer plan. */
export const largestFileBytes = 8 * 1024 * 1024;

/**
 * The tables of a file that hold something.
 *
 * @throws {FILE_INVALID} it is too large, or nothing is in it
 * @throws {SHEETS_DAMAGED}
 * @throws {SHEETS_TOO_LARGE}
 */
export async function readTables(
  threads: PlannerThreads,
  file: File,
  signal: AbortSignal,
): Promise<readonly Sheet[]> {
  if (file.size > largestFileBytes) {
    throw fail('FILE_INVALID', { path: file.name, reason: 'it is larger than a plan can be' });
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const format = /\.xlsx$/iu.test(file.name) ? 'xlsx' : 'csv';
  const sheets = await threads.run('readTables', { bytes, format }, { signal });
  const filled = sheets.filter(({ rows }) => rows.length > 0);
  if (filled.length === 0) {
    throw fail('FILE_INVALID', { path: file.name, reason: 'it has no rows below a line of headings' });
  }
  return filled;
}
