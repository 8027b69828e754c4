import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { fail } from '@carrel/contract';
import type { Clock, ProgressListener } from '@carrel/kit';
import { appliedMigrations, type Database, type Queries } from '../database/index.ts';
import { exportRows, listTables } from '../database/portable-rows.ts';
import { isoTime } from '../database/values.ts';
import { findMasterKey, type InstancePaths, syncFolder } from '../instance/index.ts';
import { serverVersion } from '../version.ts';
import { ArchiveWriter } from './archive-writer.ts';
import {
  type BackupFacts,
  type BackupManifest,
  type BackupSummary,
  entryNames,
  summaryOf,
} from './backup-format.ts';
import { imageBytes, imageFiles, missingImages, ownVersions } from './image-entries.ts';
import { keptFiles, tablesLeftOut } from './instance-contents.ts';
import { sealStream } from './sealed-stream.ts';

/** Rows of a table come in parts of about this many bytes, which are held in memory one at a time. */
const partBytes = 4 * 1024 * 1024;
const compress = promisify(zstdCompress);

export interface BackupOptions {
  readonly paths: InstancePaths;
  readonly instanceId: string;
  /** Open for reading; a server may run on it. */
  readonly database: Database;
  /** What `CARREL_MASTER_KEY` holds, where the master key is kept outside. */
  readonly masterKeyText: string | undefined;
  readonly passphrase: string;
  /** The file to write; it appears under this name when it is whole. */
  readonly target: string;
  readonly hasImages: boolean;
  /** Replaces a file of that name. */
  readonly isForced: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
}

/**
 * Writes everything an instance is into one sealed file, while its server runs: the database as it is at one moment,
 * keys and certificates, and then the images. Blobs never change, so those the database speaks of are whole; what was
 * removed meanwhile is named in the summary. Stopped at any moment, nothing is left under the name of the backup, and
 * what a kill leaves beside it the next backup removes.
 *
 * @throws {TARGET_EXISTS} {MASTER_KEY_INVALID}
 */
export async function createBackup(options: BackupOptions): Promise<BackupSummary> {
  const target = resolve(options.target);
  const partial = `${target}.partial`;
  if (!options.isForced) await refuseExisting(target);
  await rm(partial, { force: true });
  try {
    const summary = await writeBackup(options, partial);
    await rename(partial, target);
    await syncFolder(dirname(target));
    return summary;
  } catch (error) {
    await rm(partial, { force: true });
    options.signal.throwIfAborted();
    throw error;
  }
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await using file = await open(path, 'r');
    await file.stat();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  throw fail('TARGET_EXISTS', { path });
}

async function writeBackup(options: BackupOptions, partial: string): Promise<BackupSummary> {
  const { signal } = options;
  const totalBytes = options.hasImages ? await imageBytes(options.paths, signal) : undefined;
  let doneBytes = 0;
  const archive = new ArchiveWriter((count) => {
    doneBytes += count;
    options.onProgress({
      phase: 'backing up',
      doneBytes,
      ...(totalBytes === undefined ? {} : { totalBytes: Math.max(totalBytes, doneBytes) }),
    });
  });
  const written = writeSealed(archive, partial, options);
  const filled = fill(archive, options, signal).catch((error: unknown) => {
    archive.tar.destroy();
    throw error;
  });
  const [content, file] = await Promise.allSettled([filled, written]);
  // A disk that is full ends the filling too; that is the cause to tell.
  if (file.status === 'rejected' && isSystemError(file.reason)) throw file.reason;
  if (content.status === 'rejected') throw content.reason;
  if (file.status === 'rejected') throw file.reason;
  return content.value;
}

async function writeSealed(
  archive: ArchiveWriter,
  partial: string,
  { passphrase, signal }: BackupOptions,
): Promise<void> {
  await using file = await open(partial, 'wx', 0o600);
  try {
    for await (const chunk of sealStream(archive.bytes, passphrase)) {
      signal.throwIfAborted();
      await file.writeFile(chunk);
    }
    await file.sync();
  } catch (error) {
    archive.tar.destroy();
    throw error;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function fill(
  archive: ArchiveWriter,
  options: BackupOptions,
  signal: AbortSignal,
): Promise<BackupSummary> {
  const { paths, database, hasImages } = options;
  const { facts, versions } = await database.snapshot(async (queries) => {
    const known = await describe(queries, options);
    await archive.add(entryNames.facts, Buffer.from(JSON.stringify(known)));
    await addFiles(archive, queries, options, signal);
    for (const table of known.tables) await addTable(archive, queries, table, signal);
    return { facts: known, versions: await ownVersions(queries) };
  });
  if (hasImages) {
    for await (const { name, path } of imageFiles(paths)) await archive.addFile(name, path, signal);
  }
  const held = new Set(archive.entries.map(({ name }) => name));
  const manifest: BackupManifest = {
    entries: archive.entries,
    imagesMissing: await missingImages(versions, paths, held),
  };
  await archive.add(entryNames.manifest, Buffer.from(JSON.stringify(manifest)));
  archive.end();
  return summaryOf(facts, { ...manifest, entries: manifest.entries.slice(0, -1) });
}

async function describe(queries: Queries, options: BackupOptions): Promise<BackupFacts> {
  const tables = await listTables(queries);
  return {
    formatVersion: 1,
    instanceId: options.instanceId,
    createdAt: isoTime(options.clock.nowMs()),
    serverVersion,
    migrations: await appliedMigrations(queries),
    tables: tables.filter((table) => !Object.hasOwn(tablesLeftOut, table)),
    tablesLeftOut,
    hasImages: options.hasImages,
  };
}

/** The master key is the one that opens the rows of the same snapshot, wherever it is kept. */
async function addFiles(
  archive: ArchiveWriter,
  queries: Queries,
  { paths, masterKeyText }: BackupOptions,
  signal: AbortSignal,
): Promise<void> {
  const { bytes } = await findMasterKey(paths, queries, masterKeyText);
  for (const path of keptFiles(paths)) {
    const name = entryNames.files + path.slice(paths.folder.length + 1);
    if (path === paths.masterKey) await archive.add(name, Buffer.from(`${bytes.toString('base64url')}\n`));
    else if (!(await archive.addFile(name, path, signal))) throw new Error(`the instance has no ${name}`);
  }
}

async function addTable(
  archive: ArchiveWriter,
  queries: Queries,
  table: string,
  signal: AbortSignal,
): Promise<void> {
  let lines: string[] = [];
  let lengthBytes = 0;
  let part = 0;
  const flush = async (): Promise<void> => {
    part += 1;
    const name = `${entryNames.database}${table}/${String(part).padStart(6, '0')}.jsonl.zst`;
    await archive.add(name, await compress(Buffer.from(lines.join(''))));
    lines = [];
    lengthBytes = 0;
  };
  for await (const row of exportRows(queries, table)) {
    signal.throwIfAborted();
    const line = `${JSON.stringify(row)}\n`;
    lines.push(line);
    lengthBytes += line.length;
    if (lengthBytes >= partBytes) await flush();
  }
  if (lines.length > 0) await flush();
}
