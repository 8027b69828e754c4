const guidBytes = 16;

/**
 * An objectGUID as people and tools of Active Directory write it: its first three groups are little-endian
 * (MS-DTYP, 2.3.4.2).
 */
export function formatGuid(bytes: Buffer): string {
  if (bytes.length !== guidBytes) throw new RangeError(`a GUID has ${guidBytes} bytes, got ${bytes.length}`);
  const hex = swapped(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bytes of a GUID; `undefined` when the text is none. */
export function parseGuid(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return undefined;
  return swapped(Buffer.from(text.replaceAll('-', ''), 'hex'));
}

/** A security identifier as text, `S-1-5-21-…` (MS-DTYP, 2.4.2.1). */
export function formatSid(bytes: Buffer): string {
  const parts: (number | bigint)[] = [bytes.readUInt8(0), BigInt(bytes.readUIntBE(2, 6))];
  for (let part = 0; part < bytes.readUInt8(1); part += 1) parts.push(bytes.readUInt32LE(8 + 4 * part));
  return `S-${parts.join('-')}`;
}

/**
 * The identifier of the primary group, which Active Directory keeps as a number: that of the user with another last
 * part (MS-DTYP, 2.4.2.2).
 */
export function primaryGroupSid(userSid: Buffer, primaryGroupId: number): Buffer {
  const sid = Buffer.from(userSid);
  sid.writeUInt32LE(primaryGroupId, sid.length - 4);
  return sid;
}

function swapped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.subarray(0, 4).swap32();
  copy.subarray(4, 6).swap16();
  copy.subarray(6, 8).swap16();
  return copy;
}
