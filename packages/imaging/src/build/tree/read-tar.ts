import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import type { FileTree, TreeEntry } from './file-tree.ts';
import type { Spool } from './spool.ts';

export interface ReadTarOptions {
  readonly spool: Spool;
  /** Where an entry goes: another path, or `undefined` to leave it out. */
  readonly place: (path: string) => string | undefined;
  /** Times after this are set to it. */
  readonly latestSeconds: number;
  readonly signal?: AbortSignal;
}

/** Adds the entries of a tar archive to a tree; file contents go to the spool. */
export async function readTar(tar: Readable, tree: FileTree, options: ReadTarOptions): Promise<void> {
  const archive = extract();
  const reading = (async () => {
    for await (const entry of archive) {
      const header = entry.header;
      const path = options.place(posix.resolve('/', header.name));
      if (path === undefined || path === '/') {
        entry.resume();
        continue;
      }
      const owner = ownerOf(header, options.latestSeconds);
      if (header.type === 'file' || header.type === 'contiguous-file') {
        const content = await options.spool.store(entry, options.signal);
        tree.add(path, { kind: 'file', content, ...owner });
        continue;
      }
      const added = entryOf(header, owner, options.place);
      if (added) tree.add(path, added);
      entry.resume();
    }
  })();
  await Promise.all([pipeline(tar, archive, options.signal ? { signal: options.signal } : {}), reading]);
}

type Owner = Pick<TreeEntry, 'mode' | 'uid' | 'gid' | 'mtimeSeconds'>;

function ownerOf(header: Header, latestSeconds: number): Owner {
  const mtimeSeconds = Math.floor(header.mtime.getTime() / 1000);
  return {
    mode: header.mode & 0o7777,
    uid: header.uid,
    gid: header.gid,
    mtimeSeconds: Math.min(mtimeSeconds, latestSeconds),
  };
}

function entryOf(header: Header, owner: Owner, place: ReadTarOptions['place']): TreeEntry | undefined {
  switch (header.type) {
    case 'directory':
      return { kind: 'directory', ...owner };
    case 'symlink':
      return { kind: 'symlink', target: header.linkname, ...owner };
    case 'link': {
      const target = place(posix.resolve('/', header.linkname));
      return target === undefined ? undefined : { kind: 'hardlink', target, ...owner };
    }
    case 'character-device':
    case 'block-device':
      return {
        kind: 'device',
        deviceKind: header.type === 'character-device' ? 'character' : 'block',
        major: header.devmajor,
        minor: header.devminor,
        ...owner,
      };
    default:
      // Sockets and pipes are made by the programs that use them.
      return undefined;
  }
}
