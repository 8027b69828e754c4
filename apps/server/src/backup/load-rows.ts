import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import type { Database } from '../database/index.ts';
import { type PortableRow, replaceRows } from '../database/portable-rows.ts';
import type { BackupFacts } from './backup-format.ts';

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const rowsAtOnce = 500;

/**
 * Puts the rows of a backup in the place of all there are, in one transaction.
 *
 * @param folder holds a folder with parts for every table that has rows
 */
export async function loadRows(
  database: Database,
  folder: string,
  { tables }: BackupFacts,
  signal: AbortSignal,
): Promise<void> {
  await database.transaction((transaction) =>
    replaceRows(transaction, database.capabilities, async (insert) => {
      for (const table of tables) {
        let rows: PortableRow[] = [];
        for await (const row of rowsOf(join(folder, table))) {
          signal.throwIfAborted();
          rows.push(row);
          if (rows.length < rowsAtOnce) continue;
          await insert(table, rows);
          rows = [];
        }
        await insert(table, rows);
      }
    }),
  );
}

async function* rowsOf(folder: string): AsyncGenerator<PortableRow> {
  for (const part of (await partsOf(folder)).toSorted()) {
    const text = createReadStream(join(folder, part)).pipe(createZstdDecompress());
    for await (const line of createInterface({ input: text })) yield rowSchema.parse(JSON.parse(line));
  }
}

/** A table without rows has no folder. */
async function partsOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
