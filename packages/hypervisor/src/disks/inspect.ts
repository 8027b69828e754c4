import { basename } from 'node:path';
import { z } from 'zod';
import type { RunAs } from '../host/index.ts';
import { diskSecretId } from './block-graph.ts';
import type { DiskKey } from './disk-key.ts';
import { runQemuImg } from './qemu-img.ts';

const infoSchema = z.object({
  'virtual-size': z.int().min(0),
  'actual-size': z.int().min(0),
  format: z.string(),
  encrypted: z.boolean().default(false),
  'backing-filename': z.string().optional(),
  'format-specific': z.object({ data: z.object({ corrupt: z.boolean().default(false) }) }).optional(),
});

/** What a disk's header says; needs no key and works while a machine uses the disk. */
export interface DiskInfo {
  readonly format: string;
  readonly virtualSizeBytes: number;
  /** Space taken on the host. */
  readonly actualSizeBytes: number;
  readonly isEncrypted: boolean;
  /** It needs no other disk and no export: for a base disk, the image is here wholly. */
  readonly isStandalone: boolean;
  /** QEMU found it damaged and will not write to it. */
  readonly isCorrupt: boolean;
}

/** Reads a disk's header. @throws {SOURCE_DAMAGED} when it cannot be read @throws {QEMU_MISSING} */
export async function inspectDisk(program: string, path: string, runAs?: RunAs): Promise<DiskInfo> {
  const args = ['--output=json', '-U', '--', `./${basename(path)}`];
  const { stdout } = await runQemuImg('info', args, { program, path, runAs });
  const info = infoSchema.parse(JSON.parse(stdout));
  return {
    format: info.format,
    virtualSizeBytes: info['virtual-size'],
    actualSizeBytes: info['actual-size'],
    isEncrypted: info.encrypted,
    isStandalone: info['backing-filename'] === undefined,
    isCorrupt: info['format-specific']?.data.corrupt ?? false,
  };
}

const checkSchema = z.object({
  'check-errors': z.int(),
  corruptions: z.int().default(0),
  leaks: z.int().default(0),
});

export interface DiskCheck {
  /** Mistakes in the disk's tables that endanger data. */
  readonly corruptions: number;
  /** Clusters that are taken and not used; harmless, and what a killed process leaves behind. */
  readonly leaks: number;
}

/** Checks a disk's tables. No machine may use it meanwhile. @throws {SOURCE_DAMAGED} @throws {QEMU_MISSING} */
export async function checkDisk(
  program: string,
  path: string,
  diskKey: DiskKey,
  options: { readonly runAs?: RunAs | undefined; readonly signal?: AbortSignal } = {},
): Promise<DiskCheck> {
  const node = {
    driver: 'qcow2',
    file: { driver: 'file', filename: basename(path) },
    encrypt: { format: 'luks', 'key-secret': diskSecretId },
    backing: null,
  };
  // qemu-img(1): 2 = corruptions, 3 = leaks only.
  const { stdout } = await runQemuImg('check', ['--output=json', `json:${JSON.stringify(node)}`], {
    program,
    path,
    diskKey,
    acceptedExitCodes: [2, 3],
    ...options,
  });
  const check = checkSchema.parse(JSON.parse(stdout));
  return { corruptions: check.corruptions, leaks: check.leaks };
}
