import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Documents that name the tests which show what they say. */
const documents = ['docs/security.md', 'docs/reference/medv-settings.md'];

/** Test files that a document names and nobody has: renamed or removed since. */
export async function findMissingTests(root: string): Promise<string[]> {
  const missing: string[] = [];
  for (const document of documents) {
    const text = await readFile(join(root, document), 'utf8');
    const names = new Set([...text.matchAll(/`([^`\s]+\.test\.tsx?)`/g)].map(([, name = '']) => name));
    if (names.size === 0) missing.push(`${document} names no test`);
    for (const name of names) {
      if (!(await isThere(join(root, name)))) missing.push(`${document} names ${name}, which is not there`);
    }
  }
  return missing;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
