/** The secret that opens a workspace's disks: 32 random bytes. Never put in argv, environment, logs or files. */
export type DiskKey = Uint8Array;

/** What LUKS is given as its passphrase: the key as 64 hex digits, since QEMU wants text there. */
export function diskPassphrase(key: DiskKey): string {
  if (key.length !== 32) throw new RangeError(`A disk key has 32 bytes, got ${key.length}.`);
  return Buffer.from(key).toString('hex');
}
