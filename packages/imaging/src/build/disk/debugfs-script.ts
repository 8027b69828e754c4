import { mkdir, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { FileTree, TreeEntry } from '../tree/file-tree.ts';

// Inode file types, as in stat(2).
const typeBits = { directory: 0o040000, file: 0o100000 } as const;

/**
 * The debugfs(8) commands that fill a file system with a tree. Contents that are only in memory are written to
 * `contentsFolder` for debugfs to read.
 */
export async function debugfsScript(tree: FileTree, contentsFolder: string): Promise<string> {
  await mkdir(contentsFolder, { recursive: true, mode: 0o700 });
  const lines: string[] = [];
  const linkCounts = countLinks(tree);
  let folder = '/';
  let contents = 0;
  for (const [path, entry] of tree.entries()) {
    const parent = posix.dirname(path);
    if (parent !== folder) lines.push(`cd ${quoted(parent)}`);
    folder = parent;
    if (entry.kind === 'hardlink') continue;
    let source = '';
    if (entry.kind === 'file') {
      contents += 1;
      source = entry.content.kind === 'spooled' ? entry.content.path : join(contentsFolder, String(contents));
      if (entry.content.kind === 'bytes') await writeFile(source, entry.content.bytes);
    }
    lines.push(...commandsFor(posix.basename(path), entry, source));
  }
  for (const [path, entry] of tree.entries()) {
    if (entry.kind !== 'hardlink') continue;
    lines.push(`ln ${quoted(entry.target)} ${quoted(path)}`);
  }
  for (const [path, count] of linkCounts) lines.push(`sif ${quoted(path)} links_count ${count}`);
  return `${lines.join('\n')}\n`;
}

function commandsFor(name: string, entry: TreeEntry, source: string): string[] {
  const at = quoted(name);
  switch (entry.kind) {
    case 'directory':
      return [`mkdir ${at}`, ...attributes(at, entry, typeBits.directory)];
    case 'file':
      return [`write ${quoted(source)} ${at}`, ...attributes(at, entry, typeBits.file)];
    case 'symlink':
      return [`symlink ${at} ${quoted(entry.target)}`, ...owner(at, entry)];
    case 'device': {
      const letter = entry.deviceKind === 'character' ? 'c' : 'b';
      const bits = entry.deviceKind === 'character' ? 0o020000 : 0o060000;
      return [`mknod ${at} ${letter} ${entry.major} ${entry.minor}`, ...attributes(at, entry, bits)];
    }
    case 'hardlink':
      return [];
  }
}

function attributes(at: string, entry: TreeEntry, bits: number): string[] {
  return [`sif ${at} mode 0${(bits | entry.mode).toString(8)}`, ...owner(at, entry)];
}

function owner(at: string, entry: TreeEntry): string[] {
  const lines: string[] = [];
  if (entry.uid !== 0) lines.push(`sif ${at} uid ${entry.uid}`);
  if (entry.gid !== 0) lines.push(`sif ${at} gid ${entry.gid}`);
  lines.push(`sif ${at} mtime @${entry.mtimeSeconds}`);
  return lines;
}

function countLinks(tree: FileTree): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, entry] of tree.entries()) {
    if (entry.kind === 'hardlink') counts.set(entry.target, (counts.get(entry.target) ?? 1) + 1);
  }
  return counts;
}

/** Words are split at spaces; inside quotes, a doubled quote stands for one. */
function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}
