/** The user a QEMU process runs as; `undefined` wherever it is optional means: as the caller. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** The uids set aside for guests: free by systemd's table of ranges, below the signed 32-bit limit. */
export const guestUids = { first: 1_900_000_000, last: 1_900_065_535 } as const;

/**
 * The unprivileged user for a guest: each slot has its own, so that guests cannot touch one another's files.
 * No account is created; only root may start a process so, everyone else gets `undefined`.
 *
 * @param slot 0 to 65535, unique among the guests of this computer and kept for the life of a workspace's files
 * @param isRoot whether the caller may change user
 * @param kvmGid group that may open `/dev/kvm`, when that accelerator is used
 */
export function planRunAs(slot: number, isRoot: boolean, kvmGid?: number): RunAs | undefined {
  const uid = guestUids.first + slot;
  if (!Number.isInteger(slot) || uid < guestUids.first || uid > guestUids.last) {
    const highest = guestUids.last - guestUids.first;
    throw new RangeError(`A guest slot is a whole number from 0 to ${highest}, got ${slot}.`);
  }
  if (!isRoot) return undefined;
  return { uid, gid: kvmGid ?? uid };
}
