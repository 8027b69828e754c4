import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type MachineDescription, machineDescriptionSchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { type DiskSource, describeOpenSource } from '@carrel/imaging/pack';
import { z } from 'zod';

/** `image build` leaves beside a disk what a machine must be to boot it; `image pack` looks there. */
export function machineFilePath(diskPath: string): string {
  return `${diskPath}.machine.json`;
}

/** Writes the description in one step. */
export async function writeMachineFile(diskPath: string, machine: MachineDescription): Promise<void> {
  const path = machineFilePath(diskPath);
  try {
    await writeFile(`${path}.new`, `${JSON.stringify(machine, null, 2)}\n`);
    await rename(`${path}.new`, path);
  } catch (error) {
    await rm(`${path}.new`, { force: true });
    throw error;
  }
}

/** What the person said of the machine on the command line. */
export interface MachineOptions {
  readonly machine?: string;
  readonly firmware?: MachineDescription['firmware'];
  readonly guestOs?: MachineDescription['guestOs'];
  readonly guestAgent?: boolean;
  readonly memory?: number;
  readonly cpus?: number;
}

/**
 * What a machine must be to boot the disk: what the options say, else the file beside the disk, else what the disk
 * itself shows.
 *
 * @throws {FILE_INVALID} the file named is not a machine description
 */
export async function machineOf(source: DiskSource, options: MachineOptions): Promise<MachineDescription> {
  const path = options.machine ?? machineFilePath(source.path);
  const described = await readMachineFile(path, options.machine !== undefined);
  const base = described ?? (await guessMachine(source));
  return {
    ...base,
    ...(options.firmware === undefined ? {} : { firmware: options.firmware }),
    ...(options.guestOs === undefined ? {} : { guestOs: options.guestOs }),
    ...(options.guestAgent === undefined ? {} : { hasGuestAgent: options.guestAgent }),
    ...(options.memory === undefined ? {} : { minimumMemoryMiB: options.memory }),
    ...(options.cpus === undefined ? {} : { minimumCpus: options.cpus }),
  };
}

async function readMachineFile(path: string, isRequired: boolean): Promise<MachineDescription | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isRequired && error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw fail(
      'FILE_INVALID',
      { path, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
  const parsed = machineDescriptionSchema.safeParse(parseJson(text));
  if (!parsed.success) throw fail('FILE_INVALID', { path, reason: z.prettifyError(parsed.error) });
  return parsed.data;
}

async function guessMachine(source: DiskSource): Promise<MachineDescription> {
  const { bootable, guestOs } = await describeOpenSource(source);
  const firmware = bootable.uefi && !bootable.bios ? 'uefi' : 'bios';
  return machineDescriptionSchema.parse({ firmware, guestOs });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
