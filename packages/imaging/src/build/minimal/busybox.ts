import { execFile } from 'node:child_process';
import { chmod, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fail } from '@carrel/contract/errors';
import type { FileTree } from '../tree/file-tree.ts';

/** Where busybox lies in a merged system. */
export const busyboxPath = '/usr/bin/busybox';

/**
 * The names under which the busybox in the tree offers its tools, as absolute paths.
 *
 * @throws {BUILD_STEP_FAILED} when the tree has no busybox, or one that does not run here
 */
export async function listApplets(tree: FileTree): Promise<string[]> {
  const entry = tree.get(busyboxPath);
  if (entry?.kind !== 'file' || entry.content.kind !== 'spooled') {
    const reason = 'mode minimal needs a package that brings /bin/busybox, such as busybox-static';
    throw fail('BUILD_STEP_FAILED', { step: 'root file system', reason });
  }
  await chmod(entry.content.path, 0o700);
  // It acts by the name it is called by.
  const program = join(dirname(entry.content.path), 'busybox');
  await symlink(entry.content.path, program);
  try {
    const { stdout } = await promisify(execFile)(program, ['--list-full'], { env: {} });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `/${line}`);
  } catch (error) {
    const reason = 'the busybox of the package does not run on this computer';
    throw fail('BUILD_STEP_FAILED', { step: 'root file system', reason }, error);
  }
}
