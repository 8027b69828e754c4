/** What figures are filed under, for those who measure and those who compare. */

export const threeVersions = 'store of three versions';

export const fetchNames = {
  cold: 'cold fetch',
  host: 'cold fetch, host as seed',
  inPlace: 'in-place update',
  rebuilt: 'rebuilt update',
  rebuiltHost: 'rebuilt update, host as seed',
  different: 'different image, v1 as seed',
} as const;

export const hostIndex = 'index of the host’s files, made ahead';

/** The blocks not held, compressed; nobody's tool. */
export const floor = 'floor';

export const nbd = { read: 'NBD read of a whole disk', peer: 'nbdkit file' } as const;

export const guestDisk = {
  read: "read of a guest's local disk",
  encrypted: 'qcow2 of qemu-img, LUKS',
  plain: 'qcow2 of qemu-img, plain',
} as const;

/** What the starts of one image are filed under. */
export interface StartNames {
  readonly start: string;
  readonly disks: string;
}

export const coldStart = {
  tiny: startNames('tiny guest'),
  debian: startNames('Debian image'),
  peer: 'local raw disk',
} as const;

/** `pack` is what stores file it under. */
export const large = {
  pack: 'pack large',
  fetch: 'fetch of a large disk',
  read: 'NBD read of a large disk',
} as const;

function startNames(image: string): StartNames {
  const start = `start of the ${image} to the login prompt`;
  return { start, disks: `${start}, of which making its disks` };
}
