import { resolve } from 'node:path';
import type { IndexFolders } from './default-folders.ts';

/** A folder to walk; what is excluded or walked on its own below it is left out. */
export interface RootFolder {
  readonly path: Buffer;
  /** Position among the included folders. */
  readonly rank: number;
}

/** Included and excluded folders, so that the deepest rule above a folder decides about it. */
export class FolderRules {
  readonly roots: readonly RootFolder[];
  readonly #rules: ReadonlySet<string>;
  readonly #isCaseBlind: boolean;

  constructor(folders: IndexFolders, platform: NodeJS.Platform) {
    this.#isCaseBlind = platform === 'win32';
    const excluded = new Set(folders.exclude.map((path) => this.#keyOf(bytesOf(path))));
    const included = new Map<string, RootFolder>();
    for (const path of folders.include) {
      const key = this.#keyOf(bytesOf(path));
      if (!excluded.has(key) && !included.has(key)) {
        included.set(key, { path: bytesOf(path), rank: included.size });
      }
    }
    this.roots = [...included.values()];
    this.#rules = new Set([...excluded, ...included.keys()]);
  }

  /** Whether a walk that comes to this folder from above stops: it is excluded, or walked as a root of its own. */
  isBoundary(path: Buffer): boolean {
    return this.#rules.has(this.#keyOf(path));
  }

  /** A string for each path of bytes; names need not be text. */
  #keyOf(path: Buffer): string {
    return this.#isCaseBlind ? path.toString('utf8').toLowerCase() : path.toString('latin1');
  }
}

function bytesOf(path: string): Buffer {
  return Buffer.from(resolve(path));
}
