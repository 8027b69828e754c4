import { readFile } from 'node:fs/promises';
import { fail, type WorkspaceFile, workspaceFileSchema } from '@carrel/contract';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

/**
 * Reads a workspace file, YAML or JSON.
 *
 * @param path `-` is standard input
 * @throws {FILE_INVALID} not there, not YAML, or not a workspace; names every wrong field
 */
export async function readWorkspaceFile(path: string): Promise<WorkspaceFile> {
  const parsed = workspaceFileSchema.safeParse(parseYaml(path, await readText(path)));
  if (!parsed.success) throw fail('FILE_INVALID', { path, reason: z.prettifyError(parsed.error) });
  for (const [at, { user, group }] of (parsed.data.assignments ?? []).entries()) {
    if ((user === undefined) === (group === undefined)) {
      throw fail('FILE_INVALID', { path, reason: `assignments[${at}] needs either user or group` });
    }
  }
  return parsed.data;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path === '-' ? '/dev/stdin' : path, 'utf8');
  } catch (error) {
    throw fail(
      'FILE_INVALID',
      { path, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    if (error instanceof YAMLParseError) throw fail('FILE_INVALID', { path, reason: error.message }, error);
    throw error;
  }
}
