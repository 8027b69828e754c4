import type { SourceDescription } from '@carrel/imaging';
import { type ImportReceipt, importDisk } from '@carrel/imaging/disks';
import { formatBytes } from '@carrel/kit';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';

interface ImportCommandOptions {
  readonly output: string;
  readonly format: 'raw' | 'qcow2';
  readonly force?: true;
  readonly json?: true;
}

/** `carrel image import`. */
export function registerImportCommand(image: Command, context: CliContext): void {
  image
    .command('import')
    .description('Say what a disk made elsewhere is, and copy it into a file of its own')
    .argument('<disk>', 'raw, qcow2, vhd, vhdx or vmdk file, or a block device')
    .requiredOption('-o, --output <file>', 'the disk to write')
    .addOption(
      new Option('--format <format>', 'of the disk to write').choices(['raw', 'qcow2']).default('raw'),
    )
    .option('--force', 'replace the file when it exists')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel image import desktop.vhdx -o desktop.raw\n  carrel image import desktop.vmdk -o desktop.qcow2 --format qcow2',
    )
    .action(async (disk: string, options: ImportCommandOptions) => {
      using progress = showProgress(context.terminal, context.clock);
      const receipt = await importDisk({
        sourcePath: disk,
        output: options.output,
        outputFormat: options.format,
        isReplacing: options.force === true,
        signal: context.signal,
        onProgress: progress,
        environment: context.env,
        onFound: (found) => {
          if (!options.json) for (const line of describe(disk, found)) context.terminal.note(line);
        },
      });
      report(context, receipt, options.json === true);
    });
}

function report(context: CliContext, receipt: ImportReceipt, isJson: boolean): void {
  const { output, outputFormat, virtualSizeBytes, allocatedBytes } = receipt;
  if (isJson) {
    context.terminal.out(JSON.stringify(receipt));
    return;
  }
  const sizes = `${formatBytes(virtualSizeBytes)} (${formatBytes(allocatedBytes)} on this disk)`;
  context.terminal.note(`${output}: ${outputFormat}, ${sizes}.`);
}

function describe(path: string, found: SourceDescription): string[] {
  const { format, virtualSizeBytes, allocatedBytes, partitionTable, partitions, bootable } = found;
  const boots = [bootable.bios ? 'BIOS' : '', bootable.uefi ? 'UEFI' : ''].filter((name) => name !== '');
  const table = partitionTable === 'none' ? 'no partition table' : `${partitionTable} partition table`;
  const starts = boots.length === 0 ? 'no boot loader found' : `boots with ${boots.join(' and ')}`;
  const size = `${formatBytes(virtualSizeBytes)} disk in ${formatBytes(allocatedBytes)}`;
  return [
    `${path}: ${format}, ${size}; ${table}, ${starts}.`,
    ...partitions.map(
      ({ sizeBytes, fileSystem, label }) =>
        `  ${formatBytes(sizeBytes)}  ${fileSystem ?? 'unknown'}${label === '' ? '' : `  ${label}`}`,
    ),
    ...found.warnings.map((warning) => `  warning: ${warning}`),
  ];
}
