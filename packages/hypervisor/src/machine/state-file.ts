import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import { z } from 'zod';
import { processIdentitySchema } from '../host/index.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { hasCode } from '../host/system-error.ts';

export const hardwareSchema = z.object({
  cpus: z.int().min(1),
  memoryMiB: z.int().min(1),
  guestOs: z.enum(['linux', 'windows', 'other']),
  diskBus: z.enum(['virtio', 'sata', 'ide']),
  display: z.enum(['vnc', 'none']),
  hasGuestAgent: z.boolean(),
  accelerator: z.enum(['kvm', 'hvf', 'whpx', 'tcg']),
  machineType: z.string().nullable(),
  firmwareKind: z.enum(['bios', 'uefi']),
  networkCard: z.enum(['virtio', 'e1000']).nullable(),
  cardAddresses: z.array(z.string()).readonly(),
  hasOwnNetwork: z.boolean(),
});

const recordSchema = z.object({
  version: z.literal(1),
  identity: processIdentitySchema,
  startedAtMs: z.number(),
  /** Its guest has not run yet: whoever starts it has not come to the end of that. */
  isBeginning: z.boolean().default(false),
  isResumed: z.boolean(),
  hardware: hardwareSchema,
  networkMode: z.enum(['nat', 'bridge', 'none']),
  disks: z.object({ basePath: z.string(), overlayPath: z.string() }),
  /** Written before the end is brought about, so that it is known whoever is there to see it. */
  ending: z.enum(['saved', 'shut-down', 'powered-off']).nullable(),
});

/** What is remembered of a machine's process, for whoever takes it over. */
export type MachineRecord = z.infer<typeof recordSchema>;

/** @returns `undefined` when no machine was started since the last {@link forgetMachine} @throws {STORE_DAMAGED} */
export async function readRecord(folder: string): Promise<MachineRecord | undefined> {
  return readJson(machinePaths(folder).stateFile, recordSchema);
}

export async function writeRecord(folder: string, record: MachineRecord): Promise<void> {
  await writeJson(machinePaths(folder).stateFile, record);
}

/** Forgets a machine that has ended, once its end was taken note of. */
export async function forgetMachine(folder: string): Promise<void> {
  await rm(machinePaths(folder).stateFile, { force: true });
}

/** Reads a file we wrote; `undefined` when it is not there. @throws {STORE_DAMAGED} when it is not what we wrote */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw fail('STORE_DAMAGED', { path, reason: 'it is not what this program writes' }, error);
  }
}

/** Replaces a file in one step. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const newPath = `${path}.new`;
  await writeFile(newPath, JSON.stringify(value), { mode: 0o600, flush: true });
  await rename(newPath, path);
}
