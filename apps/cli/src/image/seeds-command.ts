import { fail } from '@carrel/contract/errors';
import {
  defaultIndexFolders,
  HostIndex,
  type HostIndexStatus,
  type IndexFolders,
  indexPlatform,
  inspectImage,
  parseReference,
  type RefreshReceipt,
  type RepositoryKey,
  readKeyFile,
  requireKey,
  tagOrDigestOf,
} from '@carrel/imaging';
import { formatBytes, formatDuration, parseRateBytesPerSecond, parseSizeBytes } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { hostIndexFolderOf } from './host-index-folder.ts';
import { openKeys, openRepositoryOf } from './repository-access.ts';

interface RefreshCommandOptions {
  readonly keyFile?: string;
  readonly include: string[];
  readonly exclude: string[];
  readonly defaults: boolean;
  readonly crossMounts?: true;
  readonly limitRate?: number;
  readonly maxSize?: number;
  readonly json?: true;
}

/** `carrel image seeds …`. */
export function registerSeedsCommands(image: Command, context: CliContext): void {
  const seeds = image
    .command('seeds')
    .description('The index of the files of this computer, whose blocks need not be downloaded');
  registerRefresh(seeds, context);
  registerStatus(seeds, context);
  registerClear(seeds, context);
}

function registerRefresh(seeds: Command, context: CliContext): void {
  seeds
    .command('refresh')
    .description('Look through the files of this computer for the key of an image; again, only what changed')
    .argument('[reference]', 'an image whose key the index is made with')
    .option('--key-file <file>', 'repository key (default: that of the image)')
    .option('--include <folder...>', 'folders to look at, after the usual ones', [])
    .option('--exclude <folder...>', 'folders to leave out, beside the usual ones', [])
    .option('--no-defaults', 'look only at the folders given with --include')
    .option('--cross-mounts', 'go into other file systems that are mounted below a folder')
    .option('--limit-rate <rate>', 'how fast to read, such as 20MB/s', parseRate)
    .option('--max-size <size>', 'how large the index may grow (default: 64MiB)', parseSize)
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel image seeds refresh https://carrel.example:7443/desktop:2
  carrel image seeds refresh --key-file desktop.key --include /srv/software --limit-rate 20MB/s

Folders that an earlier refresh looked at and this one does not are dropped from the index.
Afterwards: carrel image fetch … --seed host`,
    )
    .action((text: string | undefined, options: RefreshCommandOptions) => refresh(context, text, options));
}

async function refresh(
  context: CliContext,
  text: string | undefined,
  options: RefreshCommandOptions,
): Promise<void> {
  const key = await keyFor(context, text, options.keyFile);
  using progress = showProgress(context.terminal, context.clock);
  const receipt = await new HostIndex(hostIndexFolderOf(context)).refresh({
    key,
    folders: foldersOf(context, options),
    crossesMounts: options.crossMounts === true,
    signal: context.signal,
    onProgress: progress,
    ...(options.maxSize === undefined ? {} : { limits: { maxIndexBytes: options.maxSize } }),
    ...(options.limitRate === undefined ? {} : { rateBytesPerSecond: options.limitRate }),
  });
  if (options.json) context.terminal.out(JSON.stringify(receipt));
  else for (const line of describeReceipt(receipt)) context.terminal.note(line);
}

function foldersOf(context: CliContext, options: RefreshCommandOptions): IndexFolders {
  const usual = defaultIndexFolders(indexPlatform(process.platform), context.env);
  return {
    include: [...(options.defaults ? usual.include : []), ...options.include],
    exclude: [...usual.exclude, ...options.exclude],
  };
}

async function keyFor(
  context: CliContext,
  text: string | undefined,
  keyFile: string | undefined,
): Promise<RepositoryKey> {
  if (keyFile !== undefined) return await readKeyFile(keyFile);
  if (text === undefined) {
    throw fail('USAGE', {
      reason: 'Name an image, or a key with --key-file.',
      command: 'carrel image seeds',
    });
  }
  const reference = parseReference(text);
  await using repository = await openRepositoryOf(context, reference);
  const { keyId } = await inspectImage(repository, tagOrDigestOf(reference), context.signal);
  return await requireKey(await openKeys(context, undefined), keyId);
}

function describeReceipt(receipt: RefreshReceipt): string[] {
  const { files, fileBytes, filesHashed, bytesHashed, filesUnchanged, filesRemoved, skipped } = receipt;
  const lines = [
    `${files} files of ${formatBytes(fileBytes)} are in the index, which takes ${formatBytes(receipt.indexBytes)}.`,
    `${filesHashed} were read (${formatBytes(bytesHashed)}), ${filesUnchanged} had not changed, ${filesRemoved} were dropped; ${formatDuration(receipt.seconds * 1000)}.`,
  ];
  const reasons: [number, string][] = [
    [skipped.unreadable, 'could not be read'],
    [skipped.changing, 'were being written'],
    [skipped.tooLarge, 'are too large'],
    [skipped.noRoom, 'have no room in the index (--max-size)'],
  ];
  const told = reasons.flatMap(([count, reason]) => (count > 0 ? [`${count} ${reason}`] : []));
  return told.length === 0 ? lines : [...lines, `Left out: ${told.join(', ')}.`];
}

function registerStatus(seeds: Command, context: CliContext): void {
  seeds
    .command('status')
    .description('What is in the index, and how much room it takes')
    .option('--json', 'print one JSON line')
    .addHelpText('after', '\nExample:\n  carrel image seeds status')
    .action(async (options: { json?: true }) => {
      const folder = hostIndexFolderOf(context);
      const indexes = await new HostIndex(folder).status();
      if (options.json) context.terminal.out(JSON.stringify({ folder, indexes }));
      else if (indexes.length === 0) context.terminal.out(`There is no index in ${folder}.`);
      else for (const index of indexes) context.terminal.out(describeStatus(index));
    });
}

function describeStatus({ keyId, files, fileBytes, indexBytes, refreshedAt }: HostIndexStatus): string {
  const when = refreshedAt === null ? 'not completed yet' : `of ${refreshedAt}`;
  return `Key ${keyId}: ${files} files of ${formatBytes(fileBytes)}, ${formatBytes(indexBytes)} on disk, ${when}.`;
}

function registerClear(seeds: Command, context: CliContext): void {
  seeds
    .command('clear')
    .description('Remove the index')
    .option('--json', 'print one JSON line')
    .addHelpText('after', '\nExample:\n  carrel image seeds clear')
    .action(async (options: { json?: true }) => {
      const removed = await new HostIndex(hostIndexFolderOf(context)).clear();
      if (options.json) context.terminal.out(JSON.stringify({ removed }));
      else context.terminal.note(removed === 0 ? 'There was no index.' : 'The index is removed.');
    });
}

function parseRate(text: string): number {
  const rate = parseRateBytesPerSecond(text);
  if (rate === undefined || rate < 1)
    throw new InvalidArgumentError('Expected a rate such as 20MB/s or 100Mbit/s.');
  return rate;
}

function parseSize(text: string): number {
  const size = parseSizeBytes(text);
  if (size === undefined || size < 1024 ** 2)
    throw new InvalidArgumentError('Expected a size of at least 1MiB, such as 64MiB.');
  return size;
}
