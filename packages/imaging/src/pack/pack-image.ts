import { UndoStack } from '@carrel/kit';
import { blockBytes, formatVersion } from '../format/constants.ts';
import type { ImageConfig } from '../format/manifest.ts';
import { BlockRuns } from '../index/block-runs.ts';
import { inOrder } from '../workers/in-order.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { BlobWriter } from './blob-writer.ts';
import { type CarriedBootOrder, carryBootOrder } from './carry-boot-order.ts';
import { type DiskContent, newBlocksOf } from './disk-blocks.ts';
import { type KnownVersions, loadKnownVersions, passingOverDamage } from './known-versions.ts';
import { PackBuffers } from './pack-buffers.ts';
import type { PackOptions, PackReceipt } from './pack-options.ts';
import { gatherPacks, type NewPack } from './pack-stream.ts';
import { writeDescription } from './write-description.ts';
import { writeIndex } from './write-index.ts';

// With the one being filled, so many packs are in memory.
const uploadsAtOnce = 2;
const sliceBytes = 1024 * 1024;
const bootOrdersTried = 4;

/**
 * Packs a disk into a repository. Blocks that the image repeats or older versions hold are referred to, not stored.
 * The same disk, key and provenance give the same manifest. Running it again after an interruption goes on with the
 * blobs that are already there; when it rejects, the tag still points where it did.
 *
 * @throws {SOURCE_DAMAGED} {REPOSITORY_UNREACHABLE} {REPOSITORY_REFUSED} {DISK_FULL} {IMAGE_KEY_MISSING}
 */
export async function packImage(options: PackOptions): Promise<PackReceipt> {
  const startedMs = performance.now();
  const { repository, signal, source } = options;
  signal?.throwIfAborted();
  options.onProgress?.({ phase: 'reading older versions' });
  const known = await loadKnownVersions(repository, options.keys, { signal }, options.withoutPacks);
  await using undo = new UndoStack();
  const writer = new BlobWriter(repository, undo, signal);
  const content: DiskContent = { runs: new BlockRuns(), dataBlocks: 0 };
  const newPacks = await packDisk(options, known, content, writer);
  options.onProgress?.({ phase: 'writing the index' });
  const [imageBytes, dataBytes] = [source.sizeBytes, content.dataBlocks * blockBytes];
  const carried = options.bootOrder ? undefined : await findBootOrder(options, known, content.runs);
  const bootOrder = options.bootOrder ?? carried?.runs ?? [];
  const index = writeIndex(known, {
    virtualSizeBytes: imageBytes,
    dataBytes,
    runs: content.runs,
    newPacks,
    bootOrder: bootOrder.length === 0 ? undefined : bootOrder,
  });
  if (index.newBlob !== undefined) await writer.write(index.newBlob);
  const config: ImageConfig = {
    formatVersion,
    keyId: known.key.keyId,
    virtualSizeBytes: imageBytes,
    dataBytes,
    machine: options.machine,
    provenance: options.provenance ?? {},
  };
  const manifest = await writeDescription(known.keys, config, index.root, writer);
  const { digest } = await repository.putManifest(options.tag, manifest, { signal });
  undo.keep();
  const newBlocks = newPacks.reduce((sum, pack) => sum + pack.blocks, 0);
  return {
    digest,
    keyId: known.key.keyId,
    imageBytes,
    dataBytes,
    storedBytes: writer.storedBytes,
    newFrames: newPacks.reduce((sum, pack) => sum + pack.table.blockCounts.length, 0),
    reusedBytes: dataBytes - newBlocks * blockBytes,
    bootOrderFrom: carried?.from ?? null,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

/** The boot order of what the tag points at, else of the newest versions: those listed last. */
async function findBootOrder(
  { repository, tag, source, signal }: PackOptions,
  known: KnownVersions,
  runs: BlockRuns,
): Promise<CarriedBootOrder | undefined> {
  if (known.bootable.length === 0) return undefined;
  let tagged = '';
  await passingOverDamage(async () => {
    tagged = (await repository.resolve(tag, { signal })).digest;
  });
  const isTagged = ({ manifest }: { manifest: { digest: string } }): boolean => manifest.digest === tagged;
  const newest = known.bootable.toReversed();
  const candidates = [...newest.filter(isTagged), ...newest.filter((version) => !isTagged(version))];
  const content = { runs, diskBlocks: Math.ceil(source.sizeBytes / blockBytes) };
  return await carryBootOrder(known, candidates.slice(0, bootOrdersTried), content, { signal });
}

/** Reads the disk and stores the packs of its new blocks; keeps of them what the index needs. */
async function packDisk(
  options: PackOptions,
  known: KnownVersions,
  content: DiskContent,
  writer: BlobWriter,
): Promise<Omit<NewPack, 'bytes'>[]> {
  const { source, signal, onProgress } = options;
  await using pool = new WorkerPool(known.key, options.threads);
  const reading = {
    source,
    pool,
    blocks: known.blocks,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const frames = inOrder(newBlocksOf(reading, content), pool.threads * 2, (blocks) =>
    pool.run({ kind: 'encode', blocks }),
  );
  using buffers = new PackBuffers();
  const packs = inOrder(gatherPacks(frames, buffers), uploadsAtOnce, async ({ bytes, ...pack }) => {
    await writer.write({ digest: pack.digest, sizeBytes: pack.sizeBytes, chunks: () => slices(bytes) });
    buffers.giveBack(new Uint8Array(bytes.buffer));
    return pack;
  });
  return await Array.fromAsync(packs);
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let from = 0; from < bytes.length; from += sliceBytes) yield bytes.subarray(from, from + sliceBytes);
}
