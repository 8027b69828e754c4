import { posix } from 'node:path';

interface EntryOwner {
  /** Permission bits with setuid, setgid and sticky; no file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
}

/** Where the bytes of a file are. */
export type FileContent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'spooled'; readonly path: string };

export type TreeEntry = EntryOwner &
  (
    | { readonly kind: 'directory' }
    | { readonly kind: 'file'; readonly content: FileContent }
    | { readonly kind: 'symlink'; readonly target: string }
    /** Another name of the file at `target`, an absolute path in the tree. */
    | { readonly kind: 'hardlink'; readonly target: string }
    | {
        readonly kind: 'device';
        readonly deviceKind: 'character' | 'block';
        readonly major: number;
        readonly minor: number;
      }
  );

/** A file system's content before it is written: absolute normalised paths and what lies there. */
export class FileTree {
  readonly #entries = new Map<string, TreeEntry>();

  /** Puts an entry, replacing what was there; folders on the way are made, owned by root. */
  add(path: string, entry: TreeEntry): void {
    const parent = posix.dirname(path);
    if (parent !== '/' && !this.#entries.has(parent)) {
      const { mtimeSeconds } = entry;
      this.add(parent, { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtimeSeconds });
    }
    this.#entries.set(path, entry);
  }

  get(path: string): TreeEntry | undefined {
    return this.#entries.get(path);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** Removes a path and everything below it. */
  remove(path: string): void {
    for (const key of [...this.#entries.keys()]) {
      if (key === path || key.startsWith(`${path}/`)) this.#entries.delete(key);
    }
  }

  /** All entries by code unit order of their paths: a folder comes before what is in it. */
  entries(): [string, TreeEntry][] {
    return [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Follows symbolic links from `path` to the last one's target, all inside the tree. */
  *resolve(path: string): Generator<[string, TreeEntry]> {
    const seen = new Set<string>();
    let current = path;
    for (;;) {
      const entry = this.#entries.get(current);
      if (entry === undefined || seen.has(current)) return;
      seen.add(current);
      yield [current, entry];
      if (entry.kind !== 'symlink') return;
      current = posix.resolve(posix.dirname(current), entry.target);
    }
  }
}

/** An entry that belongs to root; for what a build adds by itself. */
export function rootOwned(mode: number, mtimeSeconds: number): EntryOwner {
  return { mode, uid: 0, gid: 0, mtimeSeconds };
}

/** A file of text, owned by root. */
export function textFile(text: string, mode: number, mtimeSeconds: number): TreeEntry {
  return {
    kind: 'file',
    content: { kind: 'bytes', bytes: Buffer.from(text, 'utf8') },
    ...rootOwned(mode, mtimeSeconds),
  };
}

/** A folder, owned by root. */
export function folder(mode: number, mtimeSeconds: number): TreeEntry {
  return { kind: 'directory', ...rootOwned(mode, mtimeSeconds) };
}

/** A symbolic link, owned by root. */
export function symlink(target: string, mtimeSeconds: number): TreeEntry {
  return { kind: 'symlink', target, ...rootOwned(0o777, mtimeSeconds) };
}
