import { type FetchReceipt, fetchImage, parseReference, tagOrDigestOf } from '@carrel/imaging';
import { formatBytes, parseRateBytesPerSecond } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { openKeys, openRepositoryOf } from './repository-access.ts';

interface FetchCommandOptions {
  readonly output: string;
  readonly seed: string[];
  readonly limitRate?: number;
  readonly keyFile?: string;
  readonly force?: true;
  readonly json?: true;
}

/** `carrel image fetch`. */
export function registerFetchCommand(image: Command, context: CliContext): void {
  image
    .command('fetch')
    .description('Bring an image over as a raw disk, with the fewest bytes')
    .argument('<reference>', 'oci:PATH[:NAME:TAG], or http(s)://HOST/NAME:TAG')
    .requiredOption('-o, --output <file>', 'the raw disk to write')
    .option('--seed <path...>', 'disks or folders that may hold blocks of it', [])
    .option('--limit-rate <rate>', 'such as 2MB/s or 10Mbit/s', parseRate)
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--force', 'replace the file when it exists')
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel image fetch oci:images:tiny:1 -o tiny.raw
  carrel image fetch https://carrel.example:7443/desktop:2 -o desktop.raw --seed old.raw /usr --limit-rate 20Mbit/s

Run it again after an interruption: it goes on where it stopped.`,
    )
    .action(async (text: string, options: FetchCommandOptions) => {
      const reference = parseReference(text);
      await using repository = await openRepositoryOf(context, reference);
      using progress = showProgress(context.terminal, context.clock);
      const receipt = await fetchImage({
        repository,
        tagOrDigest: tagOrDigestOf(reference),
        keys: await openKeys(context, options.keyFile),
        outputPath: options.output,
        seeds: options.seed,
        force: options.force === true,
        signal: context.signal,
        onProgress: progress,
        ...(options.limitRate === undefined ? {} : { rateLimitBytesPerSecond: options.limitRate }),
      });
      if (options.json) context.terminal.out(JSON.stringify(receipt));
      else context.terminal.note(describe(receipt));
    });
}

function describe(receipt: FetchReceipt): string {
  const { dataBytes, bytesDownloaded, bytesFromSeeds, bytesResumed, requests, seconds } = receipt;
  const resumed = bytesResumed === 0 ? '' : `, ${formatBytes(bytesResumed)} in place before`;
  return `Of ${formatBytes(dataBytes)} of data: ${formatBytes(bytesDownloaded)} downloaded in ${requests} requests, ${formatBytes(bytesFromSeeds)} found on this computer${resumed} (${seconds.toFixed(1)} s).`;
}

function parseRate(text: string): number {
  const rate = parseRateBytesPerSecond(text);
  if (rate === undefined || rate < 1)
    throw new InvalidArgumentError('Expected a rate such as 2MB/s or 10Mbit/s.');
  return rate;
}
