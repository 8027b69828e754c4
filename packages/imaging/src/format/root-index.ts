import { digestSchema } from '@carrel/contract/delivery';
import { z } from 'zod';
import { blockBytes, formatVersion, frameBlocks, idBytes, maxBootRuns, segmentBlocks } from './constants.ts';
import { expectFormat, FormatError } from './format-error.ts';
import type { ImageKeys } from './key-schedule.ts';
import { schemaReason } from './schema-reason.ts';
import { sealOverheadBytes } from './seal.ts';
import { decodeSection, encodeSection, maxSectionRawBytes } from './section-codec.ts';

const count = z.int().min(0);
// Offsets within a pack are kept in 32 bits.
const maxPackBytes = 2 ** 32 - 1;

/** Where a section lies and what it must be. */
const sectionSchema = z.strictObject({
  /** Position in `indexBlobs`. */
  blob: count,
  offset: count,
  stored: count.max(maxSectionRawBytes + sealOverheadBytes),
  raw: count.max(maxSectionRawBytes),
  id: z.string().regex(/^[0-9a-f]{32}$/),
});
export type SectionReference = z.infer<typeof sectionSchema>;

const packSchema = z.strictObject({
  digest: digestSchema,
  sizeBytes: count.max(maxPackBytes),
  frames: count.min(1),
  blocks: count.min(1),
  frameTable: sectionSchema,
  idTable: sectionSchema,
});
export type PackEntry = z.infer<typeof packSchema>;

const rootSchema = z.strictObject({
  formatVersion: z.literal(formatVersion),
  virtualSizeBytes: count,
  dataBytes: count,
  blockBytes: z.literal(blockBytes),
  frameBlocks: z.literal(frameBlocks),
  segmentBlocks: z.literal(segmentBlocks),
  blockIdentity: z.literal('sha256-keyed-128'),
  compression: z.literal('zstd'),
  indexBlobs: z.array(z.strictObject({ digest: digestSchema, sizeBytes: count })),
  packs: z.array(packSchema),
  /** One for every segment of the disk; `null` where the whole segment is zero. */
  segments: z.array(sectionSchema.nullable()),
  /** Runs of disk blocks in the order a boot reads them: pairs of first block and count. */
  bootOrder: z
    .array(z.tuple([count, count.min(1)]))
    .max(maxBootRuns)
    .optional(),
});
/** The top of an image's index: what all other objects are and where they lie. */
export type RootIndex = z.infer<typeof rootSchema>;

const magic = Buffer.from('CARRELX1');
const headerBytes = magic.length + 4 + idBytes;

/** No root index is longer; bounds what a reader allocates. */
export const maxRootBlobBytes = headerBytes + maxSectionRawBytes + sealOverheadBytes;

/** Serializes the root index to its blob: magic, length before compression (u32le), id, sealed JSON. */
export function encodeRootIndex(keys: ImageKeys, root: RootIndex): Uint8Array {
  const raw = Buffer.from(JSON.stringify(rootSchema.parse(root)));
  const { id, stored } = encodeSection(keys, 'root', raw);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(raw.length);
  return new Uint8Array(Buffer.concat([magic, length, id, stored]));
}

/**
 * Reads the root index from its blob.
 *
 * @throws {FormatError}
 */
export function decodeRootIndex(keys: ImageKeys, blob: Uint8Array): RootIndex {
  expectFormat(blob.length >= headerBytes, 'it is too short');
  expectFormat(magic.equals(blob.subarray(0, magic.length)), 'it does not begin with CARRELX1');
  const rawBytes = new DataView(blob.buffer, blob.byteOffset).getUint32(magic.length, true);
  const id = blob.subarray(magic.length + 4, headerBytes);
  const raw = decodeSection(keys, 'root', { id, rawBytes }, blob.subarray(headerBytes));
  const parsed = rootSchema.safeParse(parseJson(raw));
  if (!parsed.success) throw new FormatError(schemaReason(parsed.error));
  checkRoot(parsed.data);
  return parsed.data;
}

function parseJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw).toString('utf8'));
  } catch (cause) {
    throw new FormatError('it is not JSON', { cause });
  }
}

function checkRoot(root: RootIndex): void {
  const segments = Math.ceil(root.virtualSizeBytes / (segmentBlocks * blockBytes));
  expectFormat(root.segments.length === segments, 'it has another number of segments than the disk');
  const sections = root.packs.flatMap((pack) => [pack.frameTable, pack.idTable]);
  for (const section of [...sections, ...root.segments]) {
    if (section === null) continue;
    const blob = root.indexBlobs[section.blob];
    const isInside = blob !== undefined && section.offset + section.stored <= blob.sizeBytes;
    expectFormat(isInside, 'a section lies outside of its blob');
  }
  const isInside = (run: readonly [number, number]): boolean =>
    (run[0] + run[1] - 1) * blockBytes < root.virtualSizeBytes;
  expectFormat(root.bootOrder?.every(isInside) ?? true, 'the boot order leaves the disk');
}
