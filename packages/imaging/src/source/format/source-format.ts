/** The kinds of disk that can be taken. `vhd` is what QEMU calls `vpc`. */
export type SourceFormat = 'raw' | 'qcow2' | 'vhd' | 'vhdx' | 'vmdk';

/** QEMU's name of the block driver for a format. */
export function driverOf(format: SourceFormat): string {
  return format === 'vhd' ? 'vpc' : format;
}
