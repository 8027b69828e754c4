import { basename } from 'node:path';
import { machineDescriptionSchema } from '@carrel/contract/delivery';
import { parseReference, tagOrDigestOf } from '@carrel/imaging/access';
import {
  type DiskSource,
  openSource,
  type PackReceipt,
  packImage,
  type TrimmedDisk,
  withoutUnusedBlocks,
} from '@carrel/imaging/pack';
import { formatBytes } from '@carrel/kit';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { type MachineOptions, machineOf } from './machine-file.ts';
import { openPackingKeys, openWritableRepositoryOf } from './repository-access.ts';

interface PackCommandOptions extends MachineOptions {
  readonly to: string;
  readonly exact?: true;
  readonly keyFile?: string;
  readonly json?: true;
}

const { firmware, guestOs } = machineDescriptionSchema.shape;

/** `carrel image pack`. */
export function registerPackCommand(image: Command, context: CliContext): void {
  image
    .command('pack')
    .description(
      'Cut, compress and encrypt a disk into a repository; only what it does not hold yet is stored',
    )
    .argument('<disk>', 'raw, qcow2, vhd, vhdx or vmdk file, or a block device')
    .requiredOption('--to <reference>', 'oci:PATH[:NAME:TAG], or http(s)://HOST/NAME:TAG')
    .option(
      '--exact',
      'keep blocks the file systems do not use, so that a fetch equals the disk byte for byte',
    )
    .option('--key-file <file>', 'repository key (default: from the key ring, made when there is none)')
    .option(
      '--machine <file>',
      'what a machine must be to boot it (default: DISK.machine.json, else a guess)',
    )
    .addOption(new Option('--firmware <kind>').choices(firmware.unwrap().options))
    .addOption(new Option('--guest-os <kind>').choices(guestOs.unwrap().options))
    .option('--guest-agent', 'qemu-guest-agent is installed in the guest')
    .option('--no-guest-agent', 'it is not')
    .option('--memory <MiB>', 'least memory of the guest', parseWhole)
    .option('--cpus <count>', 'least number of processors', parseWhole)
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel image pack tiny.raw --to oci:images:tiny:1
  carrel image pack desktop.vhdx --to https://carrel.example:7443/desktop:2 --json

Run it again after an interruption: what is stored already is not stored again.`,
    )
    .action((disk: string, options: PackCommandOptions, command: Command) => {
      // commander sets a --no- option to true by default, which here would claim an agent nobody saw.
      const isStated = command.getOptionValueSource('guestAgent') !== 'default';
      const { guestAgent, ...rest } = options;
      return packDisk(context, disk, isStated && guestAgent !== undefined ? { ...rest, guestAgent } : rest);
    });
}

async function packDisk(context: CliContext, path: string, options: PackCommandOptions): Promise<void> {
  const reference = parseReference(options.to);
  await using source = await openSource(path, { signal: context.signal });
  const machine = await machineOf(source, options);
  await using repository = await openWritableRepositoryOf(context, reference);
  const trimmed = options.exact ? undefined : await leaveOutUnused(context, source);
  using progress = showProgress(context.terminal, context.clock);
  const receipt = await packImage({
    source: trimmed?.disk ?? source,
    repository,
    tag: tagOrDigestOf(reference),
    keys: await openPackingKeys(context, reference, options.keyFile),
    machine,
    provenance: { source: basename(path), tool: 'carrel 0.1.0' },
    signal: context.signal,
    onProgress: progress,
  });
  if (options.json) {
    const { discardedBytes = 0, fileSystems = [] } = trimmed ?? {};
    const notes = fileSystems.flatMap(({ note }) => note ?? []);
    context.terminal.out(JSON.stringify({ reference: options.to, ...receipt, discardedBytes, notes }));
  } else for (const line of describe(receipt)) context.terminal.note(line);
}

async function leaveOutUnused(context: CliContext, source: DiskSource): Promise<TrimmedDisk> {
  const trimmed = await withoutUnusedBlocks(source, { signal: context.signal });
  const { discardedBytes, fileSystems } = trimmed;
  if (discardedBytes > 0) {
    context.terminal.note(
      `${formatBytes(discardedBytes)} that no file uses are left out (--exact keeps them).`,
    );
  }
  for (const { note } of fileSystems) if (note !== undefined) context.terminal.note(note);
  if (fileSystems.length === 0) {
    context.terminal.note('No file system was found that can be read here: unused blocks are kept.');
  }
  return trimmed;
}

function describe(receipt: PackReceipt): string[] {
  const { imageBytes, dataBytes, storedBytes, reusedBytes, newFrames, seconds, digest } = receipt;
  return [
    `${formatBytes(imageBytes)} disk with ${formatBytes(dataBytes)} of data: ${formatBytes(storedBytes)} stored in ${newFrames} frames, ${formatBytes(reusedBytes)} there already (${seconds.toFixed(1)} s).`,
    digest,
  ];
}

function parseWhole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}
