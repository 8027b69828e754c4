import { parseTransferRate, type TransferRate } from '@carrel/contract/delivery';
import { parseReference, tagOrDigestOf } from '@carrel/imaging/access';
import {
  createRateLimiter,
  type FetchForecast,
  type FetchReceipt,
  type ForecastOptions,
  fetchImage,
  forecastImage,
  type TransferredFrom,
} from '@carrel/imaging/fetch';
import { formatBytes } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { openImagePlaces } from './image-places.ts';
import { indexCacheFolderOf } from './index-cache-folder.ts';

const maxIndexCacheBytes = 256 * 1024 * 1024;

interface FetchCommandOptions {
  readonly output: string;
  readonly seed: string[];
  readonly mirror: string[];
  readonly limitRate?: TransferRate;
  readonly keyFile?: string;
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `carrel image fetch`. */
export function registerFetchCommand(image: Command, context: CliContext): void {
  image
    .command('fetch')
    .description('Bring an image over as a raw disk, with the fewest bytes')
    .argument(
      '<reference>',
      'oci:PATH[:NAME:TAG], oci:https://HOST/PATH[:NAME:TAG], or https://HOST/NAME:TAG',
    )
    .requiredOption('-o, --output <file>', 'the raw disk to write')
    .option(
      '--seed <path...>',
      'what may hold some of it: disks, folders, oci:LAYOUT, or host (see image seeds)',
      [],
    )
    .option('--mirror <reference...>', 'other repositories that hold the same image', [])
    .option(
      '--limit-rate <rules>',
      'such as 20M (bytes a second), 10Mbit/s, 30% (of the line), or by time: "mon-fri 08:00-18:00 2M, 30%"',
      parseRate,
    )
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--force', 'replace the file when it exists')
    .option('--dry-run', 'only say what would come from where')
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel image fetch oci:images:tiny:1 -o tiny.raw
  carrel image fetch https://carrel.example:7443/desktop:2 -o desktop.raw --seed old.raw host --limit-rate 20Mbit/s

Run it again after an interruption: it goes on where it stopped.`,
    )
    .action(async (text: string, options: FetchCommandOptions) => {
      const reference = parseReference(text);
      await using places = await openImagePlaces(context, reference, options);
      const request: ForecastOptions = {
        ...places,
        tagOrDigest: tagOrDigestOf(reference),
        indexCache: { folder: indexCacheFolderOf(context), maxBytes: maxIndexCacheBytes },
        signal: context.signal,
        // Where there is but one source, its fault is what the command fails with.
        ...(places.sources.length > 0 && {
          onBadData: (error) => context.terminal.note(`refused: ${error.message}`),
        }),
        ...(options.limitRate && {
          limiter: createRateLimiter({ rate: options.limitRate, clock: context.clock }),
        }),
      };
      if (options.dryRun) await forecast(request, options, context);
      else await fetch(request, options, context);
    });
}

async function fetch(
  request: ForecastOptions,
  options: FetchCommandOptions,
  context: CliContext,
): Promise<void> {
  const { terminal } = context;
  using progress = showProgress(terminal, context.clock);
  const receipt = await fetchImage({
    ...request,
    outputPath: options.output,
    force: options.force === true,
    onProgress: progress,
    onPlan: (plan) => terminal.note(describeForecast(plan)),
  });
  if (options.json) terminal.out(JSON.stringify(receipt));
  else for (const line of describeReceipt(receipt)) terminal.note(line);
}

async function forecast(
  request: ForecastOptions,
  options: FetchCommandOptions,
  context: CliContext,
): Promise<void> {
  const { terminal } = context;
  using progress = showProgress(terminal, context.clock);
  const plan = await forecastImage({ ...request, onProgress: progress });
  if (options.json) {
    terminal.out(JSON.stringify(plan));
    return;
  }
  terminal.out(describeForecast(plan));
  for (const line of listSources(plan.sources)) terminal.out(line);
}

function describeForecast({ dataBytes, downloadBytes, foundBytes, requests }: FetchForecast): string {
  const download = `${formatBytes(downloadBytes)} to download`;
  return `Of ${formatBytes(dataBytes)}: ${download}, ${formatBytes(foundBytes)} found on this computer, about ${requests} requests.`;
}

function describeReceipt(receipt: FetchReceipt): string[] {
  const { dataBytes, bytesDownloaded, bytesFromSeeds, bytesResumed, requests, seconds } = receipt;
  const resumed = bytesResumed === 0 ? '' : `, ${formatBytes(bytesResumed)} in place before`;
  return [
    `Of ${formatBytes(dataBytes)}: ${formatBytes(bytesDownloaded)} downloaded in ${requests} requests, ${formatBytes(bytesFromSeeds)} found on this computer${resumed} (${seconds.toFixed(1)} s).`,
    ...listSources(receipt.sources),
  ];
}

/** One line each; a single place needs no list. */
function listSources(sources: readonly TransferredFrom[]): string[] {
  if (sources.length < 2) return [];
  return sources.map(
    ({ name, kind, bytes, requests }) =>
      `  ${formatBytes(bytes).padStart(10)}  ${kind.padEnd(6)}  ${name}${kind === 'seed' ? '' : ` (${requests} requests)`}`,
  );
}

function parseRate(text: string): TransferRate {
  const rate = parseTransferRate(text);
  if (rate !== undefined) return rate;
  throw new InvalidArgumentError(
    'Expected a rate such as 2MB/s, 10Mbit/s, 30% or "mon-fri 08:00-18:00 2M, off".',
  );
}
