import { decoding } from '../format/damaged.ts';
import { FormatError } from '../format/format-error.ts';
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
const readsAtOnce = 8;

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
 * Reads sections of the index with few requests; gives them checked, first those that are kept on this computer.
 *
 * @throws {IMAGE_DATA_DAMAGED} and what the repository throws
 */
export async function* readSections(
  version: OpenedVersion,
  wanted: readonly WantedSection[],
  options: ReadOptions,
): AsyncGenerator<WantedSection & { readonly raw: Uint8Array }, void, undefined> {
  const missing: WantedSection[] = [];
  const look = async (section: WantedSection) => ({ section, raw: await fromCache(version, section) });
  for await (const { section, raw } of inOrder(wanted, readsAtOnce, look)) {
    if (raw) yield { ...section, raw };
    else missing.push(section);
  }
  const read = (range: SectionRange) =>
    fromSources(version.sources, options, (source, read) => readSectionRange(version, range, source, read));
  const keeping: Promise<void>[] = [];
  try {
    for await (const sections of inOrder(mergeRanges(version, missing), connections, read)) {
      const kept = keepSections(version, sections);
      // Awaited at the end; until then a failure must not count as unhandled.
      kept.catch(() => undefined);
      keeping.push(kept);
      for (const { section, raw } of sections) yield { ...section, raw };
    }
  } finally {
    await Promise.all(keeping);
  }
}

/** Keeps sections while those that came are made use of. */
async function keepSections({ cache }: OpenedVersion, sections: readonly ReadSection[]): Promise<void> {
  if (cache === undefined) return;
  await Promise.all(sections.map(({ section, stored }) => cache.write(section.reference.id, stored)));
}

async function fromCache(version: OpenedVersion, section: WantedSection): Promise<Uint8Array | undefined> {
  const stored = await version.cache?.read(section.reference.id);
  if (stored === undefined) return undefined;
  try {
    return openSection(version, section, stored);
  } catch (error) {
    // Something is wrong with the copy; the repository has another.
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

interface ReadSection {
  readonly section: WantedSection;
  readonly raw: Uint8Array;
  readonly stored: Uint8Array;
}

async function readSectionRange(
  version: OpenedVersion,
  { digest, offsetBytes, endBytes, sections }: SectionRange,
  { repository }: FrameSource,
  options: ReadOptions,
): Promise<ReadSection[]> {
  const range = { offsetBytes, lengthBytes: endBytes - offsetBytes };
  const bytes = await readRange(repository, digest, range, options);
  return sections.map((section) => {
    const start = section.reference.offset - offsetBytes;
    const stored = bytes.subarray(start, start + section.reference.stored);
    const what = `Index section ${section.kind} ${section.at} in ${digest}`;
    const raw = decoding(what, repository.location, () => openSection(version, section, stored));
    return { section, raw, stored };
  });
}

/** @throws {FormatError} */
function openSection(
  { keys }: OpenedVersion,
  { kind, reference }: WantedSection,
  stored: Uint8Array,
): Uint8Array {
  const entry = { id: Buffer.from(reference.id, 'hex'), rawBytes: reference.raw };
  return decodeSection(keys, kind, entry, stored);
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
