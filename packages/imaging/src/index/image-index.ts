import { blockBytes, segmentBlocks } from '../format/constants.ts';
import { decoding } from '../format/damaged.ts';
import { expectFormat } from '../format/format-error.ts';
import { decodeFrameTable, type FrameTable } from '../format/frame-table.ts';
import { decodeMapSegment } from '../format/map-segment.ts';
import type { PackEntry } from '../format/root-index.ts';
import type { ReadOptions } from '../repository/repository.ts';
import { BlockRuns } from './block-runs.ts';
import { FrameDirectory } from './frame-directory.ts';
import type { OpenedVersion } from './open-version.ts';
import { readSections, type WantedSection } from './read-sections.ts';

/** What an image holds and where: its map and its frames. Stored blocks are numbered through the packs in order. */
export interface ImageIndex {
  readonly version: OpenedVersion;
  readonly packs: readonly PackEntry[];
  readonly frames: FrameDirectory;
  readonly runs: BlockRuns;
}

/**
 * Loads the map and the frame tables of a version.
 *
 * @throws {IMAGE_DATA_DAMAGED} and what the repository throws
 */
export async function loadImageIndex(version: OpenedVersion, options: ReadOptions): Promise<ImageIndex> {
  const { root, repository } = version;
  const segments = root.segments.flatMap((reference, at): WantedSection[] =>
    reference === null ? [] : [{ kind: 'segment', at, reference }],
  );
  const tables = root.packs.map(
    (pack, at): WantedSection => ({ kind: 'frameTable', at, reference: pack.frameTable }),
  );
  const rawSegments = new Map<number, Uint8Array>();
  const frameTables: FrameTable[] = [];
  for await (const { kind, at, raw } of readSections(version, [...segments, ...tables], options)) {
    if (kind === 'segment') rawSegments.set(at, raw);
    const pack = root.packs[at];
    if (kind !== 'frameTable' || pack === undefined) continue;
    const what = `Frame table of pack ${pack.digest}`;
    frameTables[at] = decoding(what, repository.location, () => decodeFrameTable(raw, pack));
  }
  const frames = new FrameDirectory(frameTables);
  return { version, packs: root.packs, frames, runs: readRuns(version, frames, rawSegments) };
}

/**
 * Loads the ids of all stored blocks of an image, in order, sixteen bytes each.
 *
 * @throws {IMAGE_DATA_DAMAGED} and what the repository throws
 */
export async function loadBlockIds(
  index: ImageIndex,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const ids = new Uint8Array(index.frames.blockCount * 16);
  const wanted = index.packs.map(
    (pack, at): WantedSection => ({ kind: 'idTable', at, reference: pack.idTable }),
  );
  for await (const { at, raw } of readSections(index.version, wanted, options)) {
    const pack = index.packs[at];
    const what = `Id table of pack ${pack?.digest ?? ''}`;
    decoding(what, index.version.repository.location, () =>
      expectFormat(raw.length === (pack?.blocks ?? 0) * 16, 'it has another number of ids'),
    );
    ids.set(raw, firstBlockOfPack(index.frames, at) * 16);
  }
  return ids;
}

export function firstBlockOfPack(frames: FrameDirectory, pack: number): number {
  return frames.firstBlockOf(frames.packFrames[pack] ?? 0);
}

function readRuns(
  version: OpenedVersion,
  frames: FrameDirectory,
  rawSegments: ReadonlyMap<number, Uint8Array>,
): BlockRuns {
  const { root, repository } = version;
  const packByDigest = new Map(root.packs.map((pack, at) => [pack.digest, at]));
  const diskBlocks = Math.ceil(root.virtualSizeBytes / blockBytes);
  const runs = new BlockRuns();
  for (const at of [...rawSegments.keys()].toSorted((a, b) => a - b)) {
    decoding(`Map segment ${at}`, repository.location, () => {
      const segment = decodeMapSegment(rawSegments.get(at) ?? new Uint8Array(0));
      const packs = segment.packs.map((digest) =>
        packByDigest.get(`sha256:${Buffer.from(digest).toString('hex')}`),
      );
      for (const run of segment.runs) {
        const pack = packs[run.pack];
        expectFormat(pack !== undefined, 'it refers to a pack that the image does not have');
        const block = at * segmentBlocks + run.block;
        const isInPack = run.packBlock + run.blocks <= (root.packs[pack]?.blocks ?? 0);
        expectFormat(isInPack && block + run.blocks <= diskBlocks, 'a run leaves its pack or the disk');
        runs.add(block, run.blocks, firstBlockOfPack(frames, pack) + run.packBlock);
      }
    });
  }
  return runs;
}
