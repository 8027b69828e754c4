import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import type { Logger } from 'pino';
import { type Database, type DatabaseLocation, openDatabase } from '../database/index.ts';
import { dropTables, listTables } from '../database/portable-rows.ts';
import {
  instancePathsOf,
  lockInstance,
  markerSchema,
  syncFolder,
  writePrivateFile,
} from '../instance/index.ts';
import { type BackupFacts, type BackupSummary, entryNames } from './backup-format.ts';
import { loadRows } from './load-rows.ts';
import { type ReadBackupOptions, readBackup } from './read-backup.ts';

export interface RestoreOptions extends ReadBackupOptions {
  /** Folder the instance is to be in. */
  readonly folder: string;
  /** PostgreSQL to put the rows into; else the embedded database, whatever the backup was made of. */
  readonly connectionString: string | undefined;
  /** Puts the backup in the place of what is there. */
  readonly isForced: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RestoreResult extends BackupSummary {
  readonly folder: string;
  /** Where the folder that was there is kept; `null` when there was none. */
  readonly replacedFolder: string | null;
}

/** Rows wait there until all of the backup was found good. */
const rowsFolder = '.rows';

/**
 * Makes an instance out of a backup. Everything is written beside the target and checked to the last byte before
 * anything is replaced; stopped before that, nothing of it stays. A folder that is replaced is kept under another name.
 *
 * @throws {BACKUP_DAMAGED} {BACKUP_PASSPHRASE_WRONG}
 * @throws {RESTORE_TARGET_OCCUPIED} folder or database holds something, and it was not told to replace it
 * @throws {INSTANCE_LOCKED} {DATABASE_LOCKED} a server runs on what is to be replaced
 * @throws {DATABASE_NEWER} a newer Carrel has made the backup
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  const folder = resolve(options.folder);
  const staging = `${folder}.restoring`;
  const isOccupied = (await namesIn(folder)).length > 0;
  if (isOccupied && !options.isForced) throw fail('RESTORE_TARGET_OCCUPIED', { place: folder });
  using held = new DisposableStack();
  if (isOccupied) held.use(lockInstance(instancePathsOf(folder)));
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true, mode: 0o700 });
  try {
    const { facts, summary } = await readBackup(options, (name, content) => put(staging, name, content));
    await fillDatabase(options, staging, facts);
    await rm(join(staging, rowsFolder), { recursive: true });
    await syncFolder(staging);
    const replacedFolder = isOccupied ? `${folder}.replaced-${stampOf(options.clock)}` : null;
    if (replacedFolder !== null) await rename(folder, replacedFolder);
    await rename(staging, folder);
    await syncFolder(dirname(folder));
    return { ...summary, folder, replacedFolder };
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

/** Writes an entry where it belongs in the folder that is being made. */
async function put(staging: string, name: string, content: AsyncIterable<Buffer>): Promise<void> {
  const path = join(staging, placeOf(name));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await using file = await open(path, 'wx', 0o600);
  let sizeBytes = 0;
  for await (const chunk of content) {
    await file.appendFile(chunk);
    sizeBytes += chunk.length;
  }
  if (sizeBytes > 0) await file.sync();
}

function placeOf(name: string): string {
  if (name.startsWith(entryNames.files)) return name.slice(entryNames.files.length);
  if (name.startsWith(entryNames.database)) return join(rowsFolder, name.slice(entryNames.database.length));
  if (name.startsWith(entryNames.repository)) return name;
  throw fail('BACKUP_DAMAGED', { path: name, reason: 'it is an entry of no known kind' });
}

async function fillDatabase(options: RestoreOptions, staging: string, facts: BackupFacts): Promise<void> {
  const paths = instancePathsOf(staging);
  const marker = markerSchema.parse(JSON.parse(await readFile(paths.marker, 'utf8')));
  const location: DatabaseLocation =
    options.connectionString === undefined
      ? { kind: 'sqlite', path: paths.database }
      : { kind: 'postgres', connectionString: options.connectionString };
  {
    const preparation = {
      begin: (opened: Database) => clear(opened, options),
      upTo: facts.migrations.at(-1),
    };
    await using database = await openDatabase(location, options.log, preparation);
    await loadRows(database, join(staging, rowsFolder), facts, options.signal);
  }
  await writePrivateFile(
    paths.marker,
    `${JSON.stringify({ ...marker, database: location.kind }, undefined, 2)}\n`,
  );
}

/** Takes what is there out of a database, when that was asked for. */
async function clear(database: Database, { isForced }: RestoreOptions): Promise<void> {
  if ((await listTables(database.queries)).length === 0) return;
  if (!isForced) throw fail('RESTORE_TARGET_OCCUPIED', { place: 'The database' });
  await database.transaction((transaction) => dropTables(transaction));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function stampOf(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString().replaceAll(/[:.]/g, '-');
}
