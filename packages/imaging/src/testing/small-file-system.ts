import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether {@link mountSmall} can work here. */
export const canMount = process.getuid?.() === 0;

export const pageBytes = 4096;

/** A file system in memory with little room, unmounted after use. */
export interface SmallFileSystem extends AsyncDisposable {
  readonly path: string;
  /** Leaves so much room beside what is there. */
  leave(freeBytes: number): void;
  /** Leaves room for so many more files and folders. */
  leaveFiles(count: number): void;
}

/** Mounts one with plenty of room. */
export async function mountSmall(): Promise<SmallFileSystem> {
  const path = await mkdtemp(join(tmpdir(), 'carrel-small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,nr_inodes=10000', 'tmpfs', path]);
  const remount = (options: string): unknown => execFileSync('mount', ['-o', `remount,${options}`, path]);
  return {
    path,
    leave: (freeBytes) => {
      const { blocks, bfree, bsize } = statfsSync(path);
      // A size of 0 is none at all.
      remount(`size=${Math.max(pageBytes, (blocks - bfree) * bsize + freeBytes)}`);
    },
    leaveFiles: (count) => {
      const { files, ffree } = statfsSync(path);
      remount(`nr_inodes=${files - ffree + count}`);
    },
    [Symbol.asyncDispose]: async () => {
      execFileSync('umount', [path]);
      await rmdir(path);
    },
  };
}
