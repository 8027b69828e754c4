import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Longest path that fits the kernel's `sockaddr_un`, its closing zero left out. */
const longestPathBytes = 107;

/** A name for a unix socket that the kernel accepts. Keep it until the socket is connected, or no longer listened on. */
export interface SocketPath extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a unix socket's path usable whatever its length: one that is too long is reached through its open folder.
 *
 * @throws {Error} with `code` ENOENT and the like when the folder of a long path cannot be opened
 */
export async function openSocketPath(path: string): Promise<SocketPath> {
  if (Buffer.byteLength(path) <= longestPathBytes) {
    return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const folder = await open(dirname(path));
  return {
    path: `/proc/self/fd/${folder.fd}/${basename(path)}`,
    [Symbol.asyncDispose]: () => folder.close(),
  };
}
