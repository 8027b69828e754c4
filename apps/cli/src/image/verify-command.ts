import {
  checkImage,
  parseReference,
  tagOrDigestOf,
  type VerifyReceipt,
  type VerifySample,
} from '@carrel/imaging';
import { formatBytes, parseSizeBytes } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { openKeys, openRepositoryOf } from './repository-access.ts';

interface VerifyCommandOptions {
  readonly sample?: VerifySample;
  readonly seedNumber?: number;
  readonly keyFile?: string;
  readonly json?: true;
}

/** `carrel image verify`. */
export function registerVerifyCommand(image: Command, context: CliContext): void {
  image
    .command('verify')
    .description('Read an image in its repository, all of it or a sample, and check every byte read')
    .argument('<reference>', 'oci:PATH[:NAME:TAG], or http(s)://HOST/NAME:TAG')
    .option('--sample <amount>', 'check the index and so much of the data, such as 5% or 200M', parseSample)
    .option('--seed-number <n>', 'choose the same sample as an earlier run', parseSeedNumber)
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel image verify oci:images:tiny:1
  carrel image verify https://carrel.example:7443/desktop:2 --sample 5%

Lists everything that is not what was packed, with its blob and offset, and ends with 7 if there is any.`,
    )
    .action((text: string, options: VerifyCommandOptions) => verify(context, text, options));
}

async function verify(context: CliContext, text: string, options: VerifyCommandOptions): Promise<void> {
  const reference = parseReference(text);
  await using repository = await openRepositoryOf(context, reference);
  using progress = showProgress(context.terminal, context.clock);
  const receipt = await checkImage({
    repository,
    tagOrDigest: tagOrDigestOf(reference),
    keys: await openKeys(context, options.keyFile),
    sample: options.sample,
    seedNumber: options.seedNumber,
    signal: context.signal,
    onProgress: progress,
  });
  if (options.json) context.terminal.out(JSON.stringify(toJson(receipt)));
  else for (const line of describe(receipt)) context.terminal.note(line);
  const [first] = receipt.problems;
  if (first !== undefined) throw first.error;
}

function toJson({ problems, ...receipt }: VerifyReceipt): unknown {
  const list = problems.map(({ blob, offsetBytes, error }) => {
    return { blob, offsetBytes, code: error.code, message: error.message };
  });
  return { ...receipt, problems: list };
}

function describe(receipt: VerifyReceipt): string[] {
  const { frames, framesChecked, bytesChecked, bytesTotal, bytesRead, seconds, seedNumber } = receipt;
  const { problemCount, problems } = receipt;
  const share = bytesTotal === 0 ? 100 : (bytesChecked / bytesTotal) * 100;
  const what = seedNumber === null ? '' : ` (sample ${seedNumber}: ${share.toFixed(1)} % of the data)`;
  const unlisted = problemCount - problems.length;
  return [
    ...problems.map(({ blob, offsetBytes, error }) =>
      offsetBytes === null ? `${blob}: ${error.message}` : `${blob} at byte ${offsetBytes}: ${error.message}`,
    ),
    ...(unlisted > 0 ? [`and ${unlisted} more`] : []),
    `${problemCount === 0 ? 'Whole' : `${problemCount} problems`}: ${framesChecked} of ${frames} frames checked${what}, ${formatBytes(bytesRead)} read (${seconds.toFixed(1)} s).`,
  ];
}

function parseSample(text: string): VerifySample {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  const share = Number(percent?.[1]) / 100;
  if (percent && share > 0 && share <= 1) return { share };
  const bytes = parseSizeBytes(text);
  if (percent || bytes === undefined || bytes <= 0)
    throw new InvalidArgumentError('Expected a share such as 5% or an amount such as 200M.');
  return { bytes };
}

function parseSeedNumber(text: string): number {
  const seedNumber = Number(text);
  if (!/^\d+$/.test(text) || seedNumber >= 2 ** 31)
    throw new InvalidArgumentError('Expected a whole number below 2147483648.');
  return seedNumber;
}
