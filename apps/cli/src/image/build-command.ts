import { buildImage } from '@carrel/imaging/disks';
import { formatBytes } from '@carrel/kit';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { writeMachineFile } from './machine-file.ts';

interface BuildOptions {
  readonly output: string;
  readonly force?: true;
  readonly verbose?: true;
  readonly json?: true;
}

/** `carrel image build`. */
export function registerBuildCommand(image: Command, context: CliContext): void {
  image
    .command('build')
    .description(
      'Build a bootable disk from a recipe and Debian packages; the same inputs give the same bytes',
    )
    .argument('<recipe>', 'YAML file, see docs/recipes.md')
    .requiredOption('-o, --output <disk>', 'the raw disk to write')
    .option('--force', 'replace the disk when it exists')
    .option('--verbose', 'show the commands run and what they say')
    .option('--json', 'print the result as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel image build recipes/tiny.yaml -o tiny.raw')
    .action(async (recipe: string, options: BuildOptions) => {
      using progress = showProgress(context.terminal, context.clock);
      const receipt = await buildImage({
        recipePath: recipe,
        output: options.output,
        isReplacing: options.force === true,
        signal: context.signal,
        onProgress: progress,
        ...(options.verbose ? { log: (line: string) => context.terminal.note(line) } : {}),
      });
      await writeMachineFile(options.output, receipt.machine);
      if (options.json) context.terminal.out(JSON.stringify(receipt));
      else {
        const { name, output, sizeBytes, allocatedBytes } = receipt;
        context.terminal.note(
          `${name}: ${output}, ${formatBytes(sizeBytes)} (${formatBytes(allocatedBytes)} on this disk).`,
        );
      }
    });
}
