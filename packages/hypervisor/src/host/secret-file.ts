import { constants } from 'node:fs';
import { type FileHandle, open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import { UndoStack } from '@carrel/kit';
import type { RunAs } from './run-as.ts';

/** `statfs` type of file systems whose content stays in memory: tmpfs and ramfs. */
const memoryFileSystems = new Set([0x01021994, 0x858458f6]);

/**
 * A secret in memory that a child process inherits as a file descriptor and reads from `/dev/fd/N`. The file has lost
 * its name before the secret is written into it, so that nothing is left behind however we end. A pipe would not do:
 * opened anew through `/dev/fd` it belongs to us and not to the child's user, and Node's pipes are sockets.
 *
 * Dispose it once the child has read it: that wipes it for the child too.
 */
export class SecretFile implements AsyncDisposable {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @param reader the user the child runs as @throws {QEMU_START_FAILED} when there is no file system in memory */
  static async create(secret: string, reader: RunAs | undefined): Promise<SecretFile> {
    await using undo = new UndoStack();
    const path = join(await memoryFolder(), `.carrel-${crypto.randomUUID()}`);
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    undo.push(() => handle.close());
    await unlink(path);
    if (reader) await handle.chown(reader.uid, reader.gid);
    await handle.write(secret, 0, 'utf8');
    undo.keep();
    return new SecretFile(handle);
  }

  /** For the `stdio` of `spawn`; open until disposed. */
  get fd(): number {
    return this.#handle.fd;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#handle.truncate(0);
    } finally {
      await this.#handle.close();
    }
  }
}

async function memoryFolder(): Promise<string> {
  for (const folder of ['/dev/shm', '/run']) {
    const type = await statfs(folder).then(
      (found) => found.type,
      () => undefined,
    );
    if (type !== undefined && memoryFileSystems.has(type)) return folder;
  }
  throw fail('QEMU_START_FAILED', { reason: 'neither /dev/shm nor /run is in memory, to hand over a key' });
}
