import { createHash } from 'node:crypto';
import type { BootRun } from '../boot-order/boot-run.ts';
import { blockBytes, segmentBlocks } from '../format/constants.ts';
import { encodeFrameTable } from '../format/frame-table.ts';
import type { ImageKeys } from '../format/key-schedule.ts';
import { encodeMapSegment, type MapRun } from '../format/map-segment.ts';
import type { RootIndex, SectionReference } from '../format/root-index.ts';
import { encodeSection, type SectionKind } from '../format/section-codec.ts';
import type { BlockRuns } from '../index/block-runs.ts';
import type { BlobContent } from '../repository/repository.ts';
import type { KnownPack, KnownVersions, StoredSection } from './known-versions.ts';
import type { NewPack } from './pack-stream.ts';

/** The sections of one new index blob, in the order they are stored. */
class SectionBlob {
  readonly chunks: Uint8Array[] = [];
  readonly #keys: ImageKeys;
  readonly #hash = createHash('sha256');
  // Shared by all its sections and filled in at the end, as the digest depends on all of them.
  readonly blob = { digest: '', sizeBytes: 0 };

  constructor(keys: ImageKeys) {
    this.#keys = keys;
  }

  /** Adds a section unless the same one is stored already. */
  add(kind: SectionKind, raw: Uint8Array, stored?: ReadonlyMap<string, StoredSection>): StoredSection {
    const sealed = encodeSection(this.#keys, kind, raw);
    const id = Buffer.from(sealed.id).toString('hex');
    const known = stored?.get(id);
    if (known !== undefined) return known;
    const offset = this.blob.sizeBytes;
    this.chunks.push(sealed.stored);
    this.#hash.update(sealed.stored);
    this.blob.sizeBytes += sealed.stored.length;
    return { blob: this.blob, offset, stored: sealed.stored.length, raw: raw.length, id };
  }

  finish(): BlobContent | undefined {
    if (this.chunks.length === 0) return undefined;
    this.blob.digest = `sha256:${this.#hash.digest('hex')}`;
    return { ...this.blob, chunks: () => this.chunks };
  }
}

export interface IndexContent {
  readonly virtualSizeBytes: number;
  readonly dataBytes: number;
  readonly runs: BlockRuns;
  readonly newPacks: readonly Omit<NewPack, 'bytes'>[];
  readonly bootOrder?: readonly BootRun[] | undefined;
}

export interface WrittenIndex {
  readonly root: RootIndex;
  /** The sections that were not stored yet; `undefined` when all were. */
  readonly newBlob: BlobContent | undefined;
}

/** Makes the index of an image from its content. Pure: equal contents give equal bytes. */
export function writeIndex(known: KnownVersions, content: IndexContent): WrittenIndex {
  const sections = new SectionBlob(known.keys);
  const allPacks = [
    ...known.packs.map((pack) => pack.digest),
    ...content.newPacks.map((pack) => pack.digest),
  ];
  const firstBlocks = firstBlocksOf(known, content.newPacks);
  const usedPacks = new Set<number>();
  const segments: (StoredSection | null)[] = [];
  // Segments and frame tables, which every reader needs, lie together; ids, which only some need, behind them.
  for (let at = 0; at * segmentBlocks * blockBytes < content.virtualSizeBytes; at += 1) {
    const runs = segmentRuns(content.runs, at, firstBlocks, usedPacks);
    const raw = runs.length === 0 ? undefined : encodeRuns(runs, allPacks);
    segments.push(raw === undefined ? null : sections.add('segment', raw, known.segments));
  }
  const frameTables = content.newPacks.map((pack) =>
    sections.add('frameTable', encodeFrameTable(pack.table)),
  );
  const idTables = content.newPacks.map((pack, at) => {
    const first = firstBlocks[known.packs.length + at] ?? 0;
    return sections.add('idTable', known.blocks.idBytes(first, first + pack.blocks));
  });
  const newBlob = sections.finish();
  const packs = [...usedPacks].map((at): KnownPack => {
    const older = known.packs[at];
    if (older !== undefined) return older;
    const index = at - known.packs.length;
    const [pack, frameTable, idTable] = [content.newPacks[index], frameTables[index], idTables[index]];
    if (!pack || !frameTable || !idTable) throw new RangeError(`There is no pack ${at}.`);
    const { digest, sizeBytes, blocks, table } = pack;
    const frames = table.blockCounts.length;
    return { digest, sizeBytes, blocks, frames, firstBlock: firstBlocks[at] ?? 0, frameTable, idTable };
  });
  return { root: writeRoot(content, segments, packs), newBlob };
}

function firstBlocksOf(known: KnownVersions, newPacks: IndexContent['newPacks']): number[] {
  const first = known.packs.map((pack) => pack.firstBlock);
  let next = known.packs.reduce((sum, pack) => sum + pack.blocks, 0);
  for (const pack of newPacks) {
    first.push(next);
    next += pack.blocks;
  }
  return [...first, next];
}

/** The runs of one segment, cut at the borders of packs; `pack` counts through all packs. */
function segmentRuns(
  runs: BlockRuns,
  at: number,
  firstBlocks: readonly number[],
  usedPacks: Set<number>,
): MapRun[] {
  const start = at * segmentBlocks;
  const found: MapRun[] = [];
  for (const run of runs.within(start, start + segmentBlocks)) {
    let { block, blocks, stored } = run;
    while (blocks > 0) {
      const pack = packOf(firstBlocks, stored);
      const packBlock = stored - (firstBlocks[pack] ?? 0);
      const count = Math.min(blocks, (firstBlocks[pack + 1] ?? Number.POSITIVE_INFINITY) - stored);
      found.push({ block: block - start, blocks: count, pack, packBlock });
      usedPacks.add(pack);
      [block, blocks, stored] = [block + count, blocks - count, stored + count];
    }
  }
  return found;
}

function packOf(firstBlocks: readonly number[], stored: number): number {
  let [low, high] = [0, firstBlocks.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((firstBlocks[middle] ?? 0) <= stored) low = middle;
    else high = middle;
  }
  return low;
}

/** Serializes runs with the packs numbered in the order of first use in this segment. */
function encodeRuns(runs: readonly MapRun[], packDigests: readonly string[]): Uint8Array {
  const order = new Map<number, number>();
  const numbered = runs.map((run) => {
    const pack = order.get(run.pack) ?? order.size;
    order.set(run.pack, pack);
    return { ...run, pack };
  });
  const packs = [...order.keys()].map((pack) =>
    Buffer.from((packDigests[pack] ?? '').slice('sha256:'.length), 'hex'),
  );
  return encodeMapSegment({ packs, runs: numbered });
}

function writeRoot(
  content: IndexContent,
  segments: readonly (StoredSection | null)[],
  packs: readonly KnownPack[],
): RootIndex {
  const blobs = new Map<string, { readonly digest: string; readonly sizeBytes: number }>();
  for (const section of [...segments, ...packs.flatMap((pack) => [pack.frameTable, pack.idTable])]) {
    if (section !== null) blobs.set(section.blob.digest, section.blob);
  }
  const positions = new Map([...blobs.keys()].map((digest, at) => [digest, at]));
  const refer = ({ blob, offset, stored, raw, id }: StoredSection): SectionReference => {
    return { blob: positions.get(blob.digest) ?? 0, offset, stored, raw, id };
  };
  return {
    formatVersion: 1,
    virtualSizeBytes: content.virtualSizeBytes,
    dataBytes: content.dataBytes,
    blockBytes: 4096,
    frameBlocks: 16,
    segmentBlocks: 65_536,
    blockIdentity: 'sha256-keyed-128',
    compression: 'zstd',
    indexBlobs: [...blobs.values()].map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    packs: packs.map(({ digest, sizeBytes, frames, blocks, frameTable, idTable }) => {
      const tables = { frameTable: refer(frameTable), idTable: refer(idTable) };
      return { digest, sizeBytes, frames, blocks, ...tables };
    }),
    segments: segments.map((segment) => (segment === null ? null : refer(segment))),
    bootOrder: content.bootOrder?.map(([first, blocks]) => [first, blocks]),
  };
}
