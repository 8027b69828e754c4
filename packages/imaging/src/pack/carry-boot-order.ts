import { type BootRun, boundRuns } from '../boot-order/boot-run.ts';
import { RunBuilder } from '../boot-order/run-builder.ts';
import { segmentBlocks } from '../format/constants.ts';
import { decoding } from '../format/damaged.ts';
import { decodeMapSegment } from '../format/map-segment.ts';
import type { BlockRuns } from '../index/block-runs.ts';
import type { OpenedVersion } from '../index/open-version.ts';
import { readSections, type WantedSection } from '../index/read-sections.ts';
import type { ReadOptions } from '../repository/repository.ts';
import type { KnownVersions } from './known-versions.ts';

// An older version of which less than half is found again is another system, not an older state of this one.
const leastShare = 0.5;

/** A boot order taken over from an older version. */
export interface CarriedBootOrder {
  /** Digest of that version. */
  readonly from: string;
  readonly runs: readonly BootRun[];
}

/** What a new version holds: which numbered block lies at each block of its disk. */
export interface NewContent {
  readonly runs: BlockRuns;
  readonly diskBlocks: number;
}

/**
 * Takes the boot order of the first of the older versions that the new one is an update of. Each block of the order
 * is looked for by content: where it lies now is what a boot will read. A block that is nowhere any more stands for
 * the same place when most others are where they were; it was changed there, not moved.
 *
 * @param candidates the version to prefer first
 */
export async function carryBootOrder(
  known: KnownVersions,
  candidates: readonly OpenedVersion[],
  content: NewContent,
  options: ReadOptions,
): Promise<CarriedBootOrder | undefined> {
  for (const version of candidates) {
    const order = await orderedBlocks(known, version, options);
    const places = findPlaces(order, content);
    const held = order.filter((block) => block.stored !== -1);
    const found = held.filter((block) => places.has(block.stored));
    if (found.length === 0 || found.length < held.length * leastShare) continue;
    return { from: version.manifest.digest, runs: newOrder(order, found.length, places, content) };
  }
  return undefined;
}

/** A block of the older disk, and the number of what it held; -1 where it was zero. */
interface OrderedBlock {
  readonly block: number;
  readonly stored: number;
}

/** The blocks of a version's boot order, in that order. */
async function orderedBlocks(
  known: KnownVersions,
  version: OpenedVersion,
  options: ReadOptions,
): Promise<OrderedBlock[]> {
  const order = version.root.bootOrder ?? [];
  const wanted = new Set<number>();
  for (const [first, blocks] of order) {
    for (let at = Math.floor(first / segmentBlocks); at * segmentBlocks < first + blocks; at += 1)
      wanted.add(at);
  }
  const sections = [...wanted].flatMap((at): WantedSection[] => {
    const reference = version.root.segments[at] ?? null;
    return reference === null ? [] : [{ kind: 'segment', at, reference }];
  });
  const maps = new Map<number, Int32Array>();
  for await (const { at, raw } of readSections(version, sections, options)) {
    maps.set(
      at,
      decoding(`Map segment ${at}`, version.repository.location, () => numbersIn(known, raw)),
    );
  }
  return order.flatMap(([first, blocks]) =>
    Array.from({ length: blocks }, (_, at): OrderedBlock => {
      const block = first + at;
      const stored = maps.get(Math.floor(block / segmentBlocks))?.[block % segmentBlocks] ?? -1;
      return { block, stored };
    }),
  );
}

/** The number of what each block of a segment holds, -1 where it is zero or in a pack that is not known. */
function numbersIn(known: KnownVersions, raw: Uint8Array): Int32Array {
  const segment = decodeMapSegment(raw);
  const firstBlocks = segment.packs.map((digest) => {
    const name = `sha256:${Buffer.from(digest).toString('hex')}`;
    return known.packs.find((pack) => pack.digest === name);
  });
  const numbers = new Int32Array(segmentBlocks).fill(-1);
  for (const run of segment.runs) {
    const pack = firstBlocks[run.pack];
    if (pack === undefined || run.packBlock + run.blocks > pack.blocks) continue;
    const first = pack.firstBlock + run.packBlock;
    // Blocks that were stored twice have one number that is used for new versions: the one their id is found by.
    const ids = new Uint32Array(known.blocks.idBytes(first, first + run.blocks).buffer);
    for (let at = 0; at < run.blocks; at += 1) numbers[run.block + at] = known.blocks.find(ids, at * 4);
  }
  return numbers;
}

interface Places {
  has(stored: number): boolean;
  /** Where a block lies now: at the same place if it can be, else at its first; -1 when it is nowhere. */
  of(block: OrderedBlock): number;
}

function findPlaces(order: readonly OrderedBlock[], content: NewContent): Places {
  const wanted = Int32Array.from(new Set(order.map(({ stored }) => stored))).sort();
  const first = new Map<number, number>();
  for (let at = 0; at < content.runs.count; at += 1) {
    const run = content.runs.at(at);
    for (let next = firstAtLeast(wanted, run.stored); ; next += 1) {
      const stored = wanted[next];
      if (stored === undefined || stored >= run.stored + run.blocks) break;
      if (!first.has(stored)) first.set(stored, run.block + stored - run.stored);
    }
  }
  return {
    has: (stored) => first.has(stored),
    of: ({ block, stored }) => {
      const [same] = content.runs.within(block, block + 1);
      return same?.stored === stored ? block : (first.get(stored) ?? -1);
    },
  };
}

function newOrder(
  order: readonly OrderedBlock[],
  foundCount: number,
  places: Places,
  content: NewContent,
): readonly BootRun[] {
  const now = order.map((block) => (block.stored === -1 ? -1 : places.of(block)));
  const unmoved = order.filter(({ block }, at) => now[at] === block).length;
  const isInPlace = unmoved * 2 >= foundCount;
  const builder = new RunBuilder(content.diskBlocks);
  for (const [at, { block }] of order.entries()) {
    const place = now[at] ?? -1;
    if (place !== -1) builder.add(place, 1);
    else if (isInPlace && block < content.diskBlocks) builder.add(block, 1);
  }
  return boundRuns(builder.runs()).runs;
}

function firstAtLeast(sorted: Int32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
