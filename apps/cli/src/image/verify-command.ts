import { parseReference, tagOrDigestOf, verifyImage } from '@carrel/imaging';
import { formatBytes } from '@carrel/kit';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { openKeys, openRepositoryOf } from './repository-access.ts';

/** `carrel image verify`. */
export function registerVerifyCommand(image: Command, context: CliContext): void {
  image
    .command('verify')
    .description('Read every byte of an image in its repository and check it')
    .argument('<reference>', 'oci:PATH[:NAME:TAG], or http(s)://HOST/NAME:TAG')
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel image verify oci:images:tiny:1')
    .action(async (text: string, options: { keyFile?: string; json?: true }) => {
      const reference = parseReference(text);
      await using repository = await openRepositoryOf(context, reference);
      using progress = showProgress(context.terminal, context.clock);
      const receipt = await verifyImage({
        repository,
        tagOrDigest: tagOrDigestOf(reference),
        keys: await openKeys(context, options.keyFile),
        signal: context.signal,
        onProgress: progress,
      });
      if (options.json) context.terminal.out(JSON.stringify(receipt));
      else {
        const { frames, blocks, bytesRead, seconds } = receipt;
        context.terminal.note(
          `Whole: ${blocks} blocks in ${frames} frames, ${formatBytes(bytesRead)} read (${seconds.toFixed(1)} s).`,
        );
      }
    });
}
