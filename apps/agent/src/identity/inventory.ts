import { readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, hostname, platform, release, totalmem } from 'node:os';
import type { Inventory } from '@carrel/contract';
import { agentVersion } from '../agent-version.ts';
import { isErrorCode } from '../store/atomic-file.ts';

/** What QEMU on this computer is and can do. */
export type EmulatorFacts = Pick<Inventory, 'accelerator' | 'qemuVersion'>;

/** What the server is told of this computer. */
export async function takeInventory(dataFolder: string, emulator: EmulatorFacts): Promise<Inventory> {
  const fileSystem = await statfs(dataFolder);
  return {
    hostName: hostname(),
    operatingSystem: await operatingSystemName(),
    architecture: arch(),
    cpuCount: availableParallelism(),
    memoryMiB: hostMemoryMiB(),
    storeFreeBytes: fileSystem.bavail * fileSystem.bsize,
    agentVersion,
    ...emulator,
  };
}

export function hostMemoryMiB(): number {
  return Math.floor(totalmem() / 1024 ** 2);
}

/** Memory that programs could still get. */
export function availableMemoryMiB(): number {
  return Math.floor(process.availableMemory() / 1024 ** 2);
}

async function operatingSystemName(): Promise<string> {
  try {
    const text = await readFile('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? `${platform()} ${release()}`;
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return `${platform()} ${release()}`;
    throw error;
  }
}
