import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../../tools/run-tool.ts';
import type { BuildContext } from '../build-context.ts';
import type { DiskIdentity } from '../identity.ts';
import type { DiskPiece } from './gpt.ts';
import type { DiskLayout } from './layout.ts';

/** Makes the EFI system partition: a FAT file system with the boot loader where every UEFI firmware looks. */
export async function makeEsp(
  layout: DiskLayout,
  identity: DiskIdentity,
  programPath: string,
  epochSeconds: number,
  context: BuildContext,
): Promise<DiskPiece> {
  const image = join(context.workFolder, 'esp.img');
  await writeFile(image, Buffer.alloc(layout.esp.lengthBytes));
  await utimes(programPath, epochSeconds, epochSeconds);
  const step = 'boot loader';
  const variables = { SOURCE_DATE_EPOCH: String(epochSeconds), MTOOLSRC: '/dev/null' };
  const format = ['--invariant', '-i', identity.espSerial, '-n', 'EFI', '-F', '12', image];
  await runTool('mkfs.fat', { step, args: format, variables, writes: image }, context);
  await runTool(
    'mmd',
    { step, args: ['-i', image, '::/EFI', '::/EFI/BOOT'], variables, writes: image },
    context,
  );
  const copy = ['-m', '-i', image, programPath, '::/EFI/BOOT/BOOTX64.EFI'];
  await runTool('mcopy', { step, args: copy, variables, writes: image }, context);
  return { offsetBytes: layout.esp.startBytes, bytes: await readFile(image) };
}
