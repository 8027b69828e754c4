import type { TransferredFrom } from '@carrel/imaging';
import { z } from 'zod';

const bytesSchema = z.int().min(0).default(0);

/** What an image here was made of, by where it came from; see `imageReceiptSchema`. */
export const receivedSchema = z.object({
  repositoryBytes: bytesSchema,
  peersBytes: bytesSchema,
  stagedBytes: bytesSchema,
  copiesBytes: bytesSchema,
  hostFilesBytes: bytesSchema,
});
export type Received = z.infer<typeof receivedSchema>;

export const nothingReceived: Received = receivedSchema.parse({});

/** @param hostFiles name of the seed that stands for the computer's own files; the others are local copies */
export function receivedFrom(sources: readonly TransferredFrom[], hostFiles: string): Received {
  const sum = (isOf: (source: TransferredFrom) => boolean): number =>
    sources.filter(isOf).reduce((total, { bytes }) => total + bytes, 0);
  return {
    repositoryBytes: sum(({ kind }) => kind === 'origin' || kind === 'mirror'),
    peersBytes: sum(({ kind }) => kind === 'peer'),
    stagedBytes: sum(({ kind }) => kind === 'staged'),
    copiesBytes: sum(({ kind, name }) => kind === 'seed' && name !== hostFiles),
    hostFilesBytes: sum(({ kind, name }) => kind === 'seed' && name === hostFiles),
  };
}

/** Adds what came between two looks. */
export function addReceived(held: Received, before: Received, now: Received): Received {
  return {
    repositoryBytes: held.repositoryBytes + now.repositoryBytes - before.repositoryBytes,
    peersBytes: held.peersBytes + now.peersBytes - before.peersBytes,
    stagedBytes: held.stagedBytes + now.stagedBytes - before.stagedBytes,
    copiesBytes: held.copiesBytes + now.copiesBytes - before.copiesBytes,
    hostFilesBytes: held.hostFilesBytes + now.hostFilesBytes - before.hostFilesBytes,
  };
}

/** Bytes that came over a line. */
export function downloadedBytes({ repositoryBytes, peersBytes }: Received): number {
  return repositoryBytes + peersBytes;
}

/** Bytes that were on this computer or were carried to it. */
export function foundBytes({ stagedBytes, copiesBytes, hostFilesBytes }: Received): number {
  return stagedBytes + copiesBytes + hostFilesBytes;
}
