import type { SourceFormat } from './source-format.ts';

/** What must be known of a qcow2 file before QEMU may open it (docs/interop/qcow2.txt, section "Header"). */
export interface Qcow2Header {
  readonly backingFile: string | undefined;
  /** From the header extension; `undefined` when the file does not say. */
  readonly backingFormat: string | undefined;
  readonly isEncrypted: boolean;
  readonly hasExternalData: boolean;
  /** Reference counts may be stale after a crash; the data is fine. */
  readonly isDirty: boolean;
  /** QEMU itself found the file broken. */
  readonly isMarkedCorrupt: boolean;
}

const backingFormatExtension = 0xe2792aca;
const incompatible = { dirty: 1n, corrupt: 2n, externalData: 4n } as const;

/**
 * Parses the first cluster (or as much as there is) of a qcow2 file.
 *
 * @returns a reason when the header is not sound
 */
export function parseQcow2Header(head: Buffer): Qcow2Header | { readonly reason: string } {
  if (head.length < 72) return { reason: 'the file ends within the header' };
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) return { reason: `it has version ${version}` };
  if (version === 3 && head.length < 104) return { reason: 'the file ends within the header' };
  const features = version === 3 ? head.readBigUInt64BE(72) : 0n;
  const headerBytes = version === 3 ? head.readUInt32BE(100) : 72;
  const nameOffset = Number(head.readBigUInt64BE(8));
  const nameBytes = head.readUInt32BE(16);
  if (nameOffset !== 0 && (nameBytes > 1023 || nameOffset + nameBytes > head.length)) {
    return { reason: 'the name of its backing file lies outside the header' };
  }
  return {
    backingFile: nameOffset === 0 ? undefined : head.toString('utf8', nameOffset, nameOffset + nameBytes),
    backingFormat: findExtension(head, headerBytes, backingFormatExtension),
    isEncrypted: head.readUInt32BE(32) !== 0,
    hasExternalData: (features & incompatible.externalData) !== 0n,
    isDirty: (features & incompatible.dirty) !== 0n,
    isMarkedCorrupt: (features & incompatible.corrupt) !== 0n,
  };
}

function findExtension(head: Buffer, firstOffset: number, wanted: number): string | undefined {
  for (let at = firstOffset; at + 8 <= head.length; ) {
    const type = head.readUInt32BE(at);
    const lengthBytes = head.readUInt32BE(at + 4);
    if (type === 0 || at + 8 + lengthBytes > head.length) return undefined;
    if (type === wanted) return head.toString('latin1', at + 8, at + 8 + lengthBytes);
    at += 8 + Math.ceil(lengthBytes / 8) * 8;
  }
  return undefined;
}

/** The format a qcow2 or vmdk file names for its backing file, when it is one that is taken. */
export function formatFromName(name: string | undefined): SourceFormat | undefined {
  if (name === 'vpc') return 'vhd';
  return (['raw', 'qcow2', 'vhdx', 'vmdk'] as const).find((format) => format === name);
}
