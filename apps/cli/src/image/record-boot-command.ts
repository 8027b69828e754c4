import { fail } from '@carrel/contract/errors';
import { openImage, parseReference, recordReads, setBootOrder, tagOrDigestOf } from '@carrel/imaging';
import { formatBytes, formatDuration, parseDurationMs } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { bootOnce } from './boot-once.ts';
import { openKeys, openWritableRepositoryOf } from './repository-access.ts';

interface RecordBootOptions {
  readonly tag?: string;
  readonly timeout: number;
  readonly keyFile?: string;
  readonly json?: true;
}

/** `carrel image record-boot`. */
export function registerRecordBootCommand(image: Command, context: CliContext): void {
  image
    .command('record-boot')
    .description('Boot an image once, without a network, and store which blocks that reads, in which order')
    .argument('<reference>', 'oci:PATH[:NAME:TAG], or http(s)://HOST/NAME:TAG')
    .option('--tag <tag>', 'the tag to store the new version under (default: the tag it was named by)')
    .option('--timeout <duration>', 'how long the guest may take to boot', parseTimeout, 5 * 60_000)
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Example:
  carrel image record-boot oci:images:tiny:1

The guest is ended when it has come up and reads nothing new for three seconds, or a minute later. Computers that
start the image while it is still arriving fetch these blocks first. The version gets a new digest and keeps its
data; publish it afterwards. Later versions packed into the same repository take the order over.`,
    )
    .action((text: string, options: RecordBootOptions) => recordBoot(context, text, options));
}

async function recordBoot(context: CliContext, text: string, options: RecordBootOptions): Promise<void> {
  const { signal, clock, terminal } = context;
  const reference = parseReference(text);
  const tagOrDigest = tagOrDigestOf(reference);
  const tag = options.tag ?? tagOrDigest;
  if (tag.startsWith('sha256:')) {
    throw fail('USAGE', {
      reason: 'An image named by its digest needs --tag.',
      command: 'carrel image record-boot',
    });
  }
  await using repository = await openWritableRepositoryOf(context, reference);
  const keys = await openKeys(context, options.keyFile);
  await using image = await openImage({ repository, tagOrDigest, keys, signal });
  const recorded = recordReads(image);
  using progress = showProgress(terminal, clock);
  const { end, bootMs } = await bootOnce({
    disk: recorded.disk,
    machine: image.image.machine,
    timeoutMs: options.timeout,
    clock,
    signal,
    blocksRead: () => recorded.blocks,
    onWaiting: () => progress({ phase: 'booting', doneBytes: image.counters().bytesDownloaded }),
  });
  const runs = recorded.runs();
  const receipt = await setBootOrder({
    repository,
    tagOrDigest: image.image.digest,
    tag,
    keys,
    runs,
    signal,
  });
  if (options.json) terminal.out(JSON.stringify({ ...receipt, limit: receipt.limit ?? null, end, bootMs }));
  else {
    const cut = receipt.limit === undefined ? '' : `; the rest is left out (limit of ${receipt.limit})`;
    terminal.note(
      `Booted in ${formatDuration(bootMs)} (${endings[end]}): ${formatBytes(receipt.bytes)} in ${receipt.runs} runs${cut}.`,
    );
    terminal.note(receipt.digest);
  }
}

const endings = {
  'guest-agent': 'its agent answered',
  'console-login': 'its console asked for a login',
  'time-limit': 'the time was over',
} as const;

function parseTimeout(text: string): number {
  const timeoutMs = parseDurationMs(text);
  if (timeoutMs === undefined || timeoutMs <= 0)
    throw new InvalidArgumentError('Expected something like 90s or 5m.');
  return timeoutMs;
}
