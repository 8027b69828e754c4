import { readFile } from 'node:fs/promises';
import { fail, type WorkspaceFile, workspaceFileSchema } from '@carrel/contract';
import { fieldOf, tabOf, workspaceTabLabels } from '@carrel/policy';
import { parseAllDocuments } from 'yaml';
import type { z } from 'zod';

/**
 * Reads workspaces from YAML or JSON files. A file holds one workspace, several documents of one each, or a list under
 * `workspaces` as an export has it.
 *
 * @param paths `-` is standard input
 * @throws {FILE_INVALID} not there, not YAML, or not workspaces; names tab and field of everything that is wrong
 */
export async function readWorkspaceFiles(paths: readonly string[]): Promise<WorkspaceFile[]> {
  const files: WorkspaceFile[] = [];
  for (const path of paths) files.push(...parseFile(path, await readText(path)));
  return files;
}

function parseFile(path: string, text: string): WorkspaceFile[] {
  const faults: string[] = [];
  const files = parseYaml(path, text)
    .flatMap(workspacesIn)
    .flatMap((content, at) => {
      const parsed = workspaceFileSchema.safeParse(content);
      if (parsed.success) return parsed.data;
      faults.push(...parsed.error.issues.map((issue) => describeIssue(nameOf(content, at), issue)));
      return [];
    });
  if (faults.length > 0) throw fail('FILE_INVALID', { path, reason: faults.join('; '), faults });
  if (files.length === 0) throw fail('FILE_INVALID', { path, reason: 'it holds no workspace' });
  return files;
}

/** What a document holds: the workspaces of a list, or itself. */
function workspacesIn(document: unknown): unknown[] {
  const isList = typeof document === 'object' && document !== null && 'workspaces' in document;
  if (!isList) return [document];
  const { workspaces } = document;
  return Array.isArray(workspaces) ? workspaces : [document];
}

/** `Accounting, tab Virtual machine, field cpus: expected number to be >=1` */
function describeIssue(name: string, issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const field = path.join('').replace(/^\./u, '');
  const tab = workspaceTabLabels[tabOf(field)];
  return `${name}, tab ${tab}, field ${field === '' ? '(the workspace)' : fieldOf(field)}: ${issue.message}`;
}

function nameOf(content: unknown, at: number): string {
  const isNamed = typeof content === 'object' && content !== null && 'name' in content;
  return isNamed && typeof content.name === 'string' ? content.name : `workspace ${at + 1}`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path === '-' ? '/dev/stdin' : path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fail('FILE_INVALID', { path, reason }, error);
  }
}

function parseYaml(path: string, text: string): unknown[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document): unknown => {
    const [error] = document.errors;
    if (error) throw fail('FILE_INVALID', { path, reason: error.message }, error);
    return document.toJS() as unknown;
  });
}
