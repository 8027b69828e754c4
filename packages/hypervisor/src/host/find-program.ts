import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { fail } from '@carrel/contract';

/**
 * The absolute path of a program, looked for in PATH.
 *
 * @throws {QEMU_MISSING}
 */
export async function findProgram(program: string): Promise<string> {
  const folders = isAbsolute(program) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = join(folder, program);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw fail('QEMU_MISSING', { program });
}
