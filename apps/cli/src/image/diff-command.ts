import {
  diffImages,
  type FileSystemDifference,
  type ImageLocation,
  parseReference,
  tagOrDigestOf,
} from '@carrel/imaging';
import { formatBytes } from '@carrel/kit';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { openKeys, openRepositoryOf } from './repository-access.ts';

/** `carrel image diff`. */
export function registerDiffCommand(image: Command, context: CliContext): void {
  image
    .command('diff')
    .description(
      'Compare two images: what changed, by blocks and by files, and what an update would download',
    )
    .argument('<from>', 'the older image')
    .argument('<to>', 'the newer image')
    .option('--files', 'also list the files that differ (ext2, ext3 and ext4)')
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--json', 'print the difference as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel image diff oci:images:tiny:1 oci:images:tiny:2 --files')
    .action(async (from: string, to: string, options: { files?: true; keyFile?: string; json?: true }) => {
      await using stack = new AsyncDisposableStack();
      const older = await locate(context, stack, from, options.keyFile);
      const newer = await locate(context, stack, to, options.keyFile);
      const difference = await diffImages(older, newer, {
        withFiles: options.files === true,
        signal: context.signal,
      });
      if (options.json) context.terminal.out(JSON.stringify(difference));
      else {
        const { changedBlocks, changedBytes, newBytes, downloadBytes } = difference;
        context.terminal.out(`${changedBlocks} blocks differ (${formatBytes(changedBytes)}).`);
        context.terminal.out(
          `${formatBytes(newBytes)} are new; an update downloads ${formatBytes(downloadBytes)}.`,
        );
        for (const line of (difference.fileSystems ?? []).flatMap(describeFiles)) context.terminal.out(line);
      }
    });
}

const marks = { added: '+', removed: '-', changed: '*' } as const;

function describeFiles({ partition, type, label, files, note }: FileSystemDifference): string[] {
  const name = partition === 0 ? type : `partition ${partition} (${[type, label].join(' ').trim()})`;
  return [
    `${name}: ${note ?? `${files.length} files differ`}`,
    ...files.map(({ path, change, sizeBytes, newBytes }) => {
      const isNew = newBytes === 0 ? '' : `, ${formatBytes(newBytes)} new`;
      return `  ${marks[change]} ${JSON.stringify(path).slice(1, -1)} (${formatBytes(sizeBytes)}${isNew})`;
    }),
  ];
}

async function locate(
  context: CliContext,
  stack: AsyncDisposableStack,
  text: string,
  keyFile: string | undefined,
): Promise<ImageLocation> {
  const reference = parseReference(text);
  const repository = stack.use(await openRepositoryOf(context, reference));
  return { repository, tagOrDigest: tagOrDigestOf(reference), keys: await openKeys(context, keyFile) };
}
