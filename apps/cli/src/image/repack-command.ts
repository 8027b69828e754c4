import { fail } from '@carrel/contract/errors';
import { parseReference, repackImage, tagOrDigestOf } from '@carrel/imaging';
import { formatBytes } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { openKeys, openWritableRepositoryOf } from './repository-access.ts';

interface RepackCommandOptions {
  readonly tag: string;
  /** 0 to 1. */
  readonly below: number;
  readonly keyFile?: string;
  readonly json?: true;
}

/** `carrel image repack`. */
export function registerRepackCommand(image: Command, context: CliContext): void {
  image
    .command('repack')
    .description('Store an image as a new version without packs of which it uses little')
    .argument('<reference>', 'oci:PATH[:NAME:TAG], or http(s)://HOST/NAME:TAG')
    .requiredOption('--tag <tag>', 'the tag of the new version')
    .option('--below <share>', 'packs with a smaller share of blocks in use are left behind', parseShare, 0.5)
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Example:
  carrel image repack oci:images:desktop:9 --tag 9-repacked

The old version stays as it is. Its packs go when no version needs them and garbage is collected.`,
    )
    .action(async (text: string, options: RepackCommandOptions) => {
      const reference = parseReference(text);
      if (options.tag.startsWith('sha256:')) {
        throw fail('USAGE', { reason: 'A digest is no tag.', command: 'carrel image repack' });
      }
      await using repository = await openWritableRepositoryOf(context, reference);
      using progress = showProgress(context.terminal, context.clock);
      const receipt = await repackImage({
        repository,
        tagOrDigest: tagOrDigestOf(reference),
        tag: options.tag,
        keys: await openKeys(context, options.keyFile),
        leastLiveShare: options.below,
        signal: context.signal,
        onProgress: progress,
      });
      if (options.json) context.terminal.out(JSON.stringify(receipt));
      else {
        const { packs, packsLeft, bytesLeft, storedBytes, digest } = receipt;
        context.terminal.note(
          packsLeft === 0
            ? `All ${packs} packs are used well enough; nothing was stored.`
            : `${packsLeft} of ${packs} packs (${formatBytes(bytesLeft)}) are left behind; ${formatBytes(storedBytes)} were stored in their place.`,
        );
        context.terminal.note(digest);
      }
    });
}

function parseShare(text: string): number {
  const share = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1]) / 100;
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('Expected a share such as 50%.');
  return share;
}
