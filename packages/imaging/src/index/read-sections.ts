import { decoding } from '../format/damaged.ts';
import type { SectionReference } from '../format/root-index.ts';
import { decodeSection, type SectionKind } from '../format/section-codec.ts';
import type { ReadOptions } from '../repository/repository.ts';
import type { FrameSource } from '../sources/index.ts';
import { inOrder } from '../workers/in-order.ts';
import { fromSources } from './from-sources.ts';
import type { OpenedVersion } from './open-version.ts';
import { readRange } from './read-blob.ts';

// What lies between two sections is read too when that costs less than another request.
const mergeGapBytes = 64 * 1024;
const maxRangeBytes = 8 * 1024 * 1024;
const connections = 4;

/** A section to be read; `at` is the caller's. */
export interface WantedSection {
  readonly kind: SectionKind;
  readonly at: number;
  readonly reference: SectionReference;
}

interface SectionRange {
  readonly digest: string;
  readonly offsetBytes: number;
  endBytes: number;
  readonly sections: WantedSection[];
}

/**
 * Reads sections of the index with few requests; gives them checked, in the order they are stored.
 *
 * @throws {IMAGE_DATA_DAMAGED} and what the repository throws
 */
export async function* readSections(
  version: OpenedVersion,
  wanted: readonly WantedSection[],
  options: ReadOptions,
): AsyncGenerator<WantedSection & { readonly raw: Uint8Array }, void, undefined> {
  const read = (range: SectionRange) =>
    fromSources(version.sources, options, (source, read) => readSectionRange(version, range, source, read));
  for await (const sections of inOrder(mergeRanges(version, wanted), connections, read)) yield* sections;
}

async function readSectionRange(
  version: OpenedVersion,
  { digest, offsetBytes, endBytes, sections }: SectionRange,
  { repository }: FrameSource,
  options: ReadOptions,
): Promise<(WantedSection & { readonly raw: Uint8Array })[]> {
  const range = { offsetBytes, lengthBytes: endBytes - offsetBytes };
  const bytes = await readRange(repository, digest, range, options);
  return sections.map((section) => {
    const { offset, stored, raw, id } = section.reference;
    const start = offset - offsetBytes;
    const entry = { id: Buffer.from(id, 'hex'), rawBytes: raw };
    const what = `Index section ${section.kind} ${section.at} in ${digest}`;
    const content = decoding(what, repository.location, () =>
      decodeSection(version.keys, section.kind, entry, bytes.subarray(start, start + stored)),
    );
    return { ...section, raw: content };
  });
}

function mergeRanges(version: OpenedVersion, wanted: readonly WantedSection[]): SectionRange[] {
  const ranges: SectionRange[] = [];
  const sorted = wanted.toSorted(
    (a, b) => a.reference.blob - b.reference.blob || a.reference.offset - b.reference.offset,
  );
  for (const section of sorted) {
    const { blob, offset, stored } = section.reference;
    const digest = version.root.indexBlobs[blob]?.digest ?? '';
    const last = ranges.at(-1);
    const isNear = last?.digest === digest && offset - last.endBytes <= mergeGapBytes;
    if (last !== undefined && isNear && offset + stored - last.offsetBytes <= maxRangeBytes) {
      last.endBytes = Math.max(last.endBytes, offset + stored);
      last.sections.push(section);
    } else {
      ranges.push({ digest, offsetBytes: offset, endBytes: offset + stored, sections: [section] });
    }
  }
  return ranges;
}
