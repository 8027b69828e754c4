import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fail } from '@carrel/contract/errors';
import type { ToolEnvironment } from '../../tools/run-tool.ts';
import { requireTools } from '../../tools/run-tool.ts';
import type { FileTree } from '../tree/file-tree.ts';
import { type ReadTarOptions, readTar } from '../tree/read-tar.ts';
import type { PackageFile } from './package-cache.ts';

/** Adds the files of a package to a tree. Its maintainer scripts are not run. @throws {BUILD_STEP_FAILED} */
export async function unpackPackage(
  file: PackageFile,
  tree: FileTree,
  options: ReadTarOptions,
  at: ToolEnvironment,
): Promise<void> {
  await requireTools(['dpkg-deb'], at);
  const child = spawn('dpkg-deb', ['--fsys-tarfile', file.path], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(at.signal ? { signal: at.signal } : {}),
  });
  const messages: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => messages.push(text));
  const ended = once(child, 'close');
  await Promise.all([readTar(child.stdout, tree, options), ended]);
  if (child.exitCode !== 0) {
    const reason = `${file.name}: ${messages.join('').trim()}`;
    throw fail('BUILD_STEP_FAILED', { step: 'unpacking packages', reason });
  }
}
