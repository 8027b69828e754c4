import { availableParallelism, totalmem } from 'node:os';
import { run } from '../shell.ts';

const peers = [
  'casync',
  'zsync',
  'zchunk',
  'xdelta3',
  'restic',
  'borgbackup',
  'zstd',
  'curl',
  'nbdkit',
  'qemu-utils',
  'nginx-light',
];

/** What the figures depend on beside the files: machine, versions, date. */
export async function describeSurroundings(): Promise<string> {
  const versions = await run('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...peers]);
  const memoryGibibytes = Math.round(totalmem() / 1024 ** 3);
  return [
    new Date().toISOString().slice(0, 10),
    `${availableParallelism()} cores, ${memoryGibibytes} GiB of memory`,
    `Node ${process.versions.node}`,
    ...versions.trim().split('\n'),
  ].join(', ');
}
