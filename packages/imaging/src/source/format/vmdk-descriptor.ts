/** A file that holds a part of the disk. */
export interface VmdkExtent {
  /** As written in the descriptor. */
  readonly fileName: string;
  /** How long the file must be; known of flat extents only. */
  readonly minSizeBytes: number;
}

/** The text part of a VMDK: which files hold the data, and whether it builds on another disk. */
export interface VmdkDescriptor {
  readonly extents: readonly VmdkExtent[];
  readonly parentFile: string | undefined;
}

const noParent = 'ffffffff';
const extentLine =
  /^(?:RW|RDONLY|NOACCESS)\s+(\d+)\s+(FLAT|SPARSE|VMFS|VMFSSPARSE|SESPARSE|VMFSRDM|VMFSRAW)\s+"([^"]*)"\s*(\d*)/i;

/** Parses the descriptor (Virtual Disk Format 5.0, section "The Descriptor File"). Unknown lines are passed over. */
export function parseVmdkDescriptor(text: string): VmdkDescriptor {
  const extents: VmdkExtent[] = [];
  let parentId = noParent;
  let parentFile: string | undefined;
  for (const line of text.replace(/\0[\s\S]*$/, '').split(/\r?\n/)) {
    const [, sectors, kind, fileName, startSector] = extentLine.exec(line.trim()) ?? [];
    if (fileName !== undefined) {
      const isFlat = /^(flat|vmfs)$/i.test(kind ?? '');
      const endSector = Number(sectors) + Number(startSector === '' ? 0 : startSector);
      extents.push({ fileName, minSizeBytes: isFlat ? endSector * 512 : 1 });
    }
    const [key, value] = parseAssignment(line);
    if (key === 'parentCID') parentId = value.toLowerCase();
    if (key === 'parentFileNameHint') parentFile = value;
  }
  return { extents, parentFile: parentId === noParent ? undefined : (parentFile ?? '') };
}

/** `key = value` or `key = "value"`. Not by one expression: on a line made for it that takes the square of its length. */
function parseAssignment(line: string): readonly [key: string | undefined, value: string] {
  const at = line.indexOf('=');
  if (at === -1) return [undefined, ''];
  const value = line.slice(at + 1).trim();
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return [line.slice(0, at).trim(), isQuoted ? value.slice(1, -1) : value];
}

/** Where the descriptor lies inside a sparse VMDK. `undefined` when it has none or the place makes no sense. */
export function embeddedDescriptorRange(
  head: Buffer,
): { readonly offsetBytes: number; readonly lengthBytes: number } | undefined {
  if (head.length < 64 || head.toString('latin1', 0, 4) !== 'KDMV') return undefined;
  const offsetBytes = Number(head.readBigUInt64LE(28)) * 512;
  const lengthBytes = Number(head.readBigUInt64LE(36)) * 512;
  const isSound =
    offsetBytes > 0 && lengthBytes > 0 && lengthBytes <= 1 << 20 && Number.isSafeInteger(offsetBytes);
  return isSound ? { offsetBytes, lengthBytes } : undefined;
}
