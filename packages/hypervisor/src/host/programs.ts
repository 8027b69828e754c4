/** Absolute paths, or names found through PATH, of the QEMU programs. */
export interface QemuPrograms {
  readonly system: string;
  readonly img: string;
  readonly storageDaemon: string;
}

/** The names Debian and most distributions install. */
export const defaultQemuPrograms: QemuPrograms = {
  system: 'qemu-system-x86_64',
  img: 'qemu-img',
  storageDaemon: 'qemu-storage-daemon',
};
