import type { FileTree } from './tree/file-tree.ts';
import type { Spool } from './tree/spool.ts';

/** The root file system of a disk before it is written; `/boot/vmlinuz` and `/boot/initrd.img` are in it. */
export interface SystemContent {
  readonly tree: FileTree;
  readonly spool: Spool;
  /** The time the content was made, from the packages; every time on the disk is at most this. */
  readonly epochSeconds: number;
}
