import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { runTool } from '../../tools/run-tool.ts';
import type { BuildContext } from '../build-context.ts';
import type { DiskIdentity } from '../identity.ts';
import type { SystemContent } from '../system-content.ts';
import { debugfsScript } from './debugfs-script.ts';
import type { DiskLayout } from './layout.ts';

/** Named one by one, so that the machine's mke2fs.conf has no say in the bytes. */
const features = [
  'has_journal',
  'ext_attr',
  'dir_index',
  'filetype',
  'extent',
  '64bit',
  'flex_bg',
  'sparse_super',
  'large_file',
  'huge_file',
  'dir_nlink',
  'extra_isize',
  'metadata_csum',
];

/**
 * Writes the root file system into its place on the disk with the tools of ext4 itself. Needs no mount and no
 * privilege: ownership and times are set in the file system, entry by entry in the order of the paths.
 */
export async function writeRootFileSystem(
  disk: string,
  layout: DiskLayout,
  identity: DiskIdentity,
  content: SystemContent,
  context: BuildContext,
): Promise<void> {
  const step = 'root file system';
  const variables = { E2FSPROGS_FAKE_TIME: String(content.epochSeconds), MKE2FS_CONFIG: '/dev/null' };
  await runTool(
    'mke2fs',
    { step, args: formatArgs(disk, layout, identity), variables, writes: disk },
    context,
  );
  const script = join(context.workFolder, 'root.debugfs');
  await writeFile(script, await debugfsScript(content.tree, join(context.workFolder, 'contents')));
  const args = ['-w', '-f', script, `${disk}?offset=${layout.root.startBytes}`];
  const filled = await runTool('debugfs', { step, args, variables, writes: disk }, context);
  assertNoComplaints(filled.stderr, disk);
}

function formatArgs(disk: string, layout: DiskLayout, identity: DiskIdentity): string[] {
  const extended = [
    `offset=${layout.root.startBytes}`,
    `hash_seed=${identity.hashSeedUuid}`,
    'root_owner=0:0',
    'lazy_itable_init=0',
    'lazy_journal_init=0',
    'nodiscard',
  ];
  const journalMiB = layout.root.lengthBytes < 512 * 1024 ** 2 ? 4 : 32;
  const sizeKiB = layout.root.lengthBytes / 1024;
  return [
    ...['-q', '-F', '-t', 'ext4', '-b', '4096', '-I', '256', '-m', '0', '-L', 'root'],
    ...['-O', ['none', ...features].join(','), '-J', `size=${journalMiB}`],
    ...['-U', identity.rootUuid, '-E', extended.join(','), disk, `${sizeKiB}k`],
  ];
}

/** debugfs goes on after an error and ends with success: what it says beside its version is a failure. */
function assertNoComplaints(stderr: string, disk: string): void {
  const complaints = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('debugfs '));
  const first = complaints[0];
  if (first === undefined) return;
  if (/no space left on device/i.test(complaints.join('\n'))) throw fail('DISK_FULL', { path: disk });
  if (/could not allocate|no free space/i.test(complaints.join('\n'))) {
    const reason = 'the content does not fit; make size in the recipe larger';
    throw fail('BUILD_STEP_FAILED', { step: 'root file system', reason });
  }
  throw fail('BUILD_STEP_FAILED', { step: 'root file system', reason: `debugfs: ${first}` });
}
