import { join } from 'node:path';
import type { MachineDescription } from '@carrel/contract/delivery';
import { type KeySource, singleKey } from '../keys/key-source.ts';
import { repositoryKeyFrom } from '../keys/repository-key.ts';
import { packImage } from '../pack/pack-image.ts';
import type { PackReceipt } from '../pack/pack-options.ts';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import type { Repository } from '../repository/repository.ts';
import { memoryDisk, sampleBytes } from './memory-disk.ts';

export const testMachine: MachineDescription = {
  firmware: 'bios',
  diskBus: 'virtio',
  networkCard: 'virtio',
  minimumCpus: 1,
  minimumMemoryMiB: 128,
  guestOs: 'linux',
  hasGuestAgent: true,
};

export const testKey = repositoryKeyFrom(Uint8Array.from({ length: 32 }, (_, at) => at));
export const testKeys: KeySource = singleKey(testKey);

export function layoutIn(folder: string, name = 'disk'): LayoutRepository {
  return new LayoutRepository({ path: join(folder, 'layout'), name });
}

/** Packs bytes as a disk, in two threads. */
export function packBytes(
  repository: Repository,
  tag: string,
  bytes: Uint8Array,
  keys: KeySource = testKeys,
): Promise<PackReceipt> {
  return packImage({ source: memoryDisk(bytes), repository, tag, keys, machine: testMachine, threads: 2 });
}

/** A disk with data, holes, repeats and an odd end: about 3 MB. */
export function sampleDisk(seed = 1): Uint8Array {
  const disk = new Uint8Array(3_000_000 + 700);
  disk.set(sampleBytes(400_000, seed), 0);
  disk.set(sampleBytes(300_001, seed + 1), 1_048_576 + 512);
  disk.set(sampleBytes(65_536, seed + 2), 2_000_896);
  disk.set(sampleBytes(65_536, seed + 2), 2_400_256);
  disk.set(sampleBytes(500, seed + 3), disk.length - 500);
  return disk;
}
