import { compress, decompress } from './compression.ts';
import { expectFormat } from './format-error.ts';
import type { ImageKeys } from './key-schedule.ts';
import { type Sealed, seal, unseal } from './seal.ts';

/** What a section of the index holds. */
export const sectionKinds = { root: 0, segment: 1, frameTable: 2, idTable: 3 } as const;
export type SectionKind = keyof typeof sectionKinds;

/** No section is longer than this before compression; bounds what a reader allocates. */
export const maxSectionRawBytes = 64 * 1024 * 1024;

/** Compresses and seals a section. */
export function encodeSection(keys: ImageKeys, kind: SectionKind, raw: Uint8Array): Sealed {
  return seal(keys.section, sectionContext(kind, raw.length), compress(raw));
}

/**
 * Opens a section.
 *
 * @throws {FormatError}
 */
export function decodeSection(
  keys: ImageKeys,
  kind: SectionKind,
  entry: { readonly id: Uint8Array; readonly rawBytes: number },
  stored: Uint8Array,
): Uint8Array {
  expectFormat(entry.rawBytes <= maxSectionRawBytes, 'it is too long');
  return decompress(
    unseal(keys.section, sectionContext(kind, entry.rawBytes), entry.id, stored),
    entry.rawBytes,
  );
}

function sectionContext(kind: SectionKind, rawBytes: number): Uint8Array {
  const context = Buffer.alloc(24);
  context.write('carrel section 1\0', 'latin1');
  context.writeUInt8(sectionKinds[kind], 17);
  context.writeUInt32LE(rawBytes, 20);
  return context;
}
