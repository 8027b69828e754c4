import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail } from '@carrel/contract';
import { formatBytes, type ProgressListener, systemClock } from '@carrel/kit';
import { pino } from 'pino';
import { type BackupSummary, createBackup, restoreBackup, verifyBackup } from '../backup/index.ts';
import { openDatabaseForReading } from '../database/index.ts';
import { instancePathsOf, locateInstanceDatabase, readFileIfThere, readMarker } from '../instance/index.ts';
import { type CommandContext, type CommonOptions, connectionString, dataFolder } from './options.ts';

interface PassphraseOption {
  readonly passphraseFile?: string;
}

export interface BackupCommandOptions extends CommonOptions, PassphraseOption {
  readonly output?: string;
  readonly images: boolean;
  readonly force?: true;
}

export interface RestoreCommandOptions extends CommonOptions, PassphraseOption {
  readonly to: string;
  readonly force?: true;
}

const log = pino({ level: 'silent' });
const leastCharacters = 12;
const progressEveryMs = 2_000;

/** `carrel server backup`: also while the server runs. */
export async function runBackup(options: BackupCommandOptions, context: CommandContext): Promise<void> {
  const folder = dataFolder(options.data, context.env);
  const { instanceId } = await readMarker(folder);
  const location = await locateInstanceDatabase(folder, await connectionString(options, context.env));
  if (options.output === undefined) {
    throw fail('USAGE', { reason: 'Say where to write it: -o PATH.', command: 'carrel server backup' });
  }
  const target = await targetOf(options.output, instanceId);
  const passphrase = await readPassphrase(options, context);
  await using database = await openDatabaseForReading(location, log);
  const summary = await createBackup({
    paths: instancePathsOf(folder),
    instanceId,
    database,
    masterKeyText: context.env['CARREL_MASTER_KEY'],
    passphrase,
    target,
    hasImages: options.images,
    isForced: options.force === true,
    clock: systemClock,
    signal: context.signal,
    onProgress: progressNotes(context),
  });
  if (options.json) context.out(JSON.stringify({ path: target, ...summary }));
  else {
    context.out(`Backed up to ${target}.`);
    describe(summary, context);
  }
}

/** `carrel server backup verify` */
export async function runBackupVerify(
  path: string,
  options: PassphraseOption & { readonly json?: true },
  context: CommandContext,
): Promise<void> {
  const summary = await verifyBackup({
    path,
    passphrase: await readPassphrase(options, context),
    signal: context.signal,
    onProgress: progressNotes(context),
  });
  if (options.json) context.out(JSON.stringify(summary));
  else {
    context.out(`${path} is whole.`);
    describe(summary, context);
  }
}

/** `carrel server restore` */
export async function runRestore(
  path: string,
  options: RestoreCommandOptions,
  context: CommandContext,
): Promise<void> {
  const result = await restoreBackup({
    path,
    passphrase: await readPassphrase(options, context),
    folder: options.to,
    connectionString: await connectionString(options, context.env),
    isForced: options.force === true,
    clock: systemClock,
    log,
    signal: context.signal,
    onProgress: progressNotes(context),
  });
  if (options.json) context.out(JSON.stringify(result));
  else {
    context.out(`Restored to ${result.folder}: start it with carrel server run --data ${result.folder}`);
    if (result.replacedFolder !== null) context.out(`What was there is in ${result.replacedFolder}.`);
    describe(result, context);
  }
}

function describe(summary: BackupSummary, { out }: CommandContext): void {
  out(
    `Instance ${summary.instanceId} as of ${summary.createdAt}: ${summary.tables} tables, ${summary.entries} entries, ${formatBytes(summary.contentBytes)}.`,
  );
  if (summary.imagesMissing.length === 0) return;
  out('These image versions are not in it; push them again, or restore the repository from elsewhere:');
  for (const reference of summary.imagesMissing) out(`  ${reference}`);
}

/** A folder gets a file named after the instance and the time. */
async function targetOf(output: string, instanceId: string): Promise<string> {
  const path = resolve(output);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return path;
  const stamp = new Date(systemClock.nowMs()).toISOString().replaceAll(/[:.]/g, '-');
  return join(path, `carrel-${instanceId.slice(0, 8)}-${stamp}.backup`);
}

/**
 * From `--passphrase-file` (`-` is standard input) or `CARREL_BACKUP_PASSPHRASE`.
 *
 * @throws {USAGE} there is none, or it is too short
 */
async function readPassphrase(options: PassphraseOption, { env }: CommandContext): Promise<string> {
  const { passphraseFile: file } = options;
  const text =
    file === undefined
      ? env['CARREL_BACKUP_PASSPHRASE']
      : await readFileIfThere(file === '-' ? '/dev/stdin' : file);
  const passphrase = text?.split(/\r?\n/, 1)[0] ?? '';
  if (passphrase.length >= leastCharacters) return passphrase;
  const reason =
    passphrase === ''
      ? 'Give a passphrase: --passphrase-file FILE, or CARREL_BACKUP_PASSPHRASE.'
      : `The passphrase must have ${leastCharacters} characters or more.`;
  throw fail('USAGE', { reason, command: 'carrel server backup' });
}

function progressNotes({ note }: CommandContext): ProgressListener {
  let nextMs = systemClock.monotonicMs() + progressEveryMs;
  return ({ phase, doneBytes = 0, totalBytes }) => {
    const nowMs = systemClock.monotonicMs();
    if (nowMs < nextMs) return;
    nextMs = nowMs + progressEveryMs;
    note(
      `${phase}: ${formatBytes(doneBytes)}${totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`}`,
    );
  };
}
