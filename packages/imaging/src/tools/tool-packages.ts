/** The programs a build runs, and the Debian package each comes in. */
export const toolPackages = {
  'apt-get': 'apt',
  'apt-cache': 'apt',
  'dpkg-deb': 'dpkg',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  e2fsck: 'e2fsprogs',
  'mkfs.fat': 'dosfstools',
  mmd: 'mtools',
  mcopy: 'mtools',
  'grub-mkimage': 'grub-common',
  mmdebstrap: 'mmdebstrap',
  'qemu-img': 'qemu-utils',
} as const;

export type ToolName = keyof typeof toolPackages;
