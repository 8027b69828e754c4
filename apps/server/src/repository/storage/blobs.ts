import { rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ociFail } from '../errors.ts';
import type { Digest, RepositoryName } from '../names.ts';
import type { StorageCore } from './core.ts';
import { removeDurably, removeIfThere, syncFolder, whereThere, writeWhole } from './durable-files.ts';
import { parseManifest } from './manifest-content.ts';
import { readManifests } from './manifest-files.ts';
import type { OpenBlob } from './open-blobs.ts';

/** The blobs of all names: bytes are kept once, a link says that a name has them. */
export class Blobs {
  readonly #core: StorageCore;

  constructor(core: StorageCore) {
    this.#core = core;
  }

  /** Opens a blob of the name for reading; the caller releases it. `undefined` when the name does not have it. */
  open(name: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    return this.#core.openBlobs.acquire(name, digest);
  }

  /** A push counts on this blob being here: garbage collection leaves it alone for a while. */
  keepForPush(digest: Digest): void {
    this.#core.recentUse.touch(digest);
  }

  /**
   * Takes a complete, synced file into the store as the content of `digest`, and links it to the name. When it
   * resolves both are durable. The file is gone afterwards.
   */
  commit(name: RepositoryName, digest: Digest, file: string): Promise<void> {
    const { layout, recentUse, references } = this.#core;
    return references.run(async () => {
      recentUse.touch(digest);
      const path = layout.blob(digest);
      if (await whereThere(stat(path))) {
        await removeIfThere(file);
      } else {
        await rename(file, path);
        await syncFolder(dirname(path));
      }
      await this.#link(name, digest);
    });
  }

  /** Gives `name` the blob that `from` has, without moving bytes; whether `from` has it. */
  mount(name: RepositoryName, digest: Digest, from: RepositoryName): Promise<boolean> {
    const { layout, recentUse, references } = this.#core;
    return references.run(async () => {
      recentUse.touch(digest);
      const isThere = await whereThere(stat(layout.layer(from, digest)));
      if (!isThere || !(await whereThere(stat(layout.blob(digest))))) return false;
      await this.#link(name, digest);
      return true;
    });
  }

  /**
   * Takes the blob from the name; garbage collection removes the bytes once nobody has them. Whether it was there.
   *
   * @throws {IN_USE} when a manifest of the name refers to it
   */
  remove(name: RepositoryName, digest: Digest): Promise<boolean> {
    const { layout, openBlobs, references } = this.#core;
    return references.run(async () => {
      for await (const manifest of readManifests(layout, name)) {
        const { needs } = parseManifest(manifest.bytes, manifest.mediaType);
        if (needs.some((need) => need.digest === digest)) {
          throw ociFail('IN_USE', { digest, manifest: manifest.digest });
        }
      }
      const wasThere = await removeDurably(layout.layer(name, digest));
      await openBlobs.drop(name, digest);
      return wasThere;
    });
  }

  async #link(name: RepositoryName, digest: Digest): Promise<void> {
    const { layout } = this.#core;
    const path = layout.layer(name, digest);
    if (await whereThere(stat(path))) return;
    await writeWhole(path, '', layout.temporary);
  }
}
