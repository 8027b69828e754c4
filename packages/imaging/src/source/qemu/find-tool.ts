import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fail } from '@carrel/contract/errors';

/** The program's file in the search path; `undefined` when there is none. */
export async function findTool(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** @throws {TOOL_MISSING} */
export async function requireTool(name: string, aptPackage: string, searchPath: string): Promise<string> {
  const path = await findTool(name, searchPath);
  if (path === undefined) throw fail('TOOL_MISSING', { tool: name, package: aptPackage });
  return path;
}
