import type { Queries } from '../../database/index.ts';
import { workspaceNameKey } from '../workspace-rows.ts';

/** As long as names may be. */
const nameLength = 100;

/** The next free of "NAME - 2", "NAME - 3" …; a copy of "NAME - 2" is "NAME - 3". */
export async function findFreeName(queries: Queries, name: string): Promise<string> {
  const stem = name.replace(/ - \d+$/u, '');
  const taken = new Set(
    (await queries.selectFrom('workspaces').select('nameKey').execute()).map((row) => row.nameKey),
  );
  for (let number = 2; ; number += 1) {
    const ending = ` - ${number}`;
    const candidate = stem.slice(0, nameLength - ending.length).trimEnd() + ending;
    if (!taken.has(workspaceNameKey(candidate))) return candidate;
  }
}
