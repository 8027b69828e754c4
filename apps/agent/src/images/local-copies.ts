import { fail, type Lease } from '@carrel/contract';
import type { BaseExport, DiskKey } from '@carrel/hypervisor';
import { connectNbd, type DiskReader } from '@carrel/imaging';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { IndexCache } from './index-cache.ts';

/** A base of some workspace of this computer that stands alone. */
export interface LocalCopy {
  readonly source: Lease['image'];
  readonly sealedKeys: string;
  /** Of the workspace it belongs to. */
  readonly folder: string;
  readonly basePath: string;
  readonly slot: number;
}

export interface LocalCopiesParts {
  /** Those of all workspaces and users. */
  readonly list: () => readonly LocalCopy[];
  readonly leases: Pick<LeaseKeeper, 'openKeys'>;
  readonly indexes: Pick<IndexCache, 'holds'>;
  /** Serves a copy read-only at a socket. */
  readonly exportBase: (copy: LocalCopy, key: DiskKey) => Promise<BaseExport>;
}

/** More would rarely show another block, and each is a process. */
const mostCopies = 4;

/** The copies that may hold blocks of an image for a workspace, the best first. */
export async function findCopies(
  image: Lease['image'],
  folder: string,
  { list, indexes }: Pick<LocalCopiesParts, 'list' | 'indexes'>,
): Promise<LocalCopy[]> {
  const isSame = (copy: LocalCopy): boolean => copy.source.manifestDigest === image.manifestDigest;
  const others = list().filter((copy) => !(isSame(copy) && copy.folder === folder));
  const found: LocalCopy[] = [];
  for (const copy of others.toSorted((a, b) => closeness(b, image) - closeness(a, image))) {
    const { keyId, manifestDigest } = copy.source;
    const isKnown = found.some((better) => better.source.manifestDigest === manifestDigest);
    if (keyId !== image.keyId || isKnown || !(await indexes.holds(manifestDigest))) continue;
    found.push(copy);
    // Nothing is missing in a copy of the same version.
    if (isSame(copy) || found.length === mostCopies) break;
  }
  return found;
}

/** The same version is best, then versions near it, then other images. */
function closeness({ source }: LocalCopy, image: Lease['image']): number {
  if (source.manifestDigest === image.manifestDigest) return 1;
  if (source.name === image.name) return -Math.abs(source.version - image.version);
  return Number.NEGATIVE_INFINITY;
}

/**
 * Opens a copy for reading, decrypted with its own key. The caller disposes of it.
 *
 * @throws {QEMU_START_FAILED} {NBD_UNREACHABLE} {STORE_DAMAGED} when it is not of its image's size
 */
export async function openCopy(
  copy: LocalCopy,
  { leases, exportBase }: Pick<LocalCopiesParts, 'leases' | 'exportBase'>,
): Promise<DiskReader> {
  await using opened = new AsyncDisposableStack();
  const { diskKey } = await leases.openKeys(copy.sealedKeys);
  const served = opened.use(await exportBase(copy, new Uint8Array(Buffer.from(diskKey, 'base64url'))));
  const disk = opened.use(await connectNbd({ socketPath: served.socketPath }));
  if (disk.sizeBytes !== copy.source.virtualSizeBytes) {
    const reason = `it has ${disk.sizeBytes} bytes and the image ${copy.source.virtualSizeBytes}`;
    throw fail('STORE_DAMAGED', { path: copy.basePath, reason });
  }
  const kept = opened.move();
  return {
    sizeBytes: disk.sizeBytes,
    read: (offsetBytes, lengthBytes, signal) => disk.read(offsetBytes, lengthBytes, signal),
    extents: (offsetBytes, lengthBytes, signal) => disk.extents(offsetBytes, lengthBytes, signal),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
