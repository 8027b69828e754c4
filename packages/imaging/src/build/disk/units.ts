export const mebibyte = 1024 ** 2;

/** The sector GPT, BIOS and GRUB count in on these disks. */
export const sectorBytes = 512;
