declare const brand: unique symbol;

/** A string that only the named kind of thing may use as its identity. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

export type ImageId = Id<'image'>;
export type WorkspaceId = Id<'workspace'>;
export type AssignmentId = Id<'assignment'>;
export type UserId = Id<'user'>;
export type GroupId = Id<'group'>;
export type DeviceId = Id<'device'>;
export type LeaseId = Id<'lease'>;
export type TaskId = Id<'task'>;
export type EventId = Id<'event'>;

/**
 * A new identity: UUID version 7 (RFC 9562), so that ids sort by the time they were made.
 *
 * @param nowMs milliseconds since 1970, from the caller's clock
 * @param random at least 10 random bytes
 */
export function createId<Kind extends string>(nowMs: number, random: Uint8Array): Id<Kind> {
  if (random.length < 10) throw new RangeError(`createId needs 10 random bytes, got ${random.length}`);
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(nowMs) << 16n);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-') as Id<Kind>;
}
