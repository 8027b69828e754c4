import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** A file of the console as it is sent. */
export interface ConsoleFile {
  readonly path: string;
  readonly mediaType: string;
  /** Its name holds a hash of its content, so that it never changes. */
  readonly isImmutable: boolean;
}

/** The console as built: its page, and its other files by the path they are asked for. */
export interface BuiltConsole {
  readonly page: Buffer;
  readonly files: ReadonlyMap<string, ConsoleFile>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Reads what a build left in the folder; `undefined` when there is no build. */
export async function readBuiltConsole(folder: string): Promise<BuiltConsole | undefined> {
  const page = await readIfThere(join(folder, 'index.html'));
  if (!page) return undefined;
  const files = new Map<string, ConsoleFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    if (url === '/index.html') continue;
    files.set(url, {
      path,
      mediaType: mediaTypes[extname(path)] ?? 'application/octet-stream',
      isImmutable: /^\/assets\/.+-[\w-]{8,}\.\w+$/.test(url),
    });
  }
  return { page, files };
}

/** The content of a file; `undefined` when there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
