import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { idBytes } from '../format/constants.ts';
import { decoding } from '../format/damaged.ts';
import { expectFormat } from '../format/format-error.ts';
import { deriveImageKeys, type ImageKeys } from '../format/key-schedule.ts';
import type { SectionReference } from '../format/root-index.ts';
import { BlockTable } from '../index/block-table.ts';
import { type OpenedVersion, openVersion, readDescription } from '../index/open-version.ts';
import { readSections } from '../index/read-sections.ts';
import { type KeySource, singleKey } from '../keys/key-source.ts';
import type { RepositoryKey } from '../keys/repository-key.ts';
import type { ReadOptions, Repository } from '../repository/repository.ts';

/** A section that is stored already, wherever. */
export interface StoredSection {
  readonly blob: { readonly digest: string; readonly sizeBytes: number };
  readonly offset: number;
  readonly stored: number;
  readonly raw: number;
  /** Hexadecimal. */
  readonly id: string;
}

/** A pack with the sections that describe it. Its blocks have consecutive numbers. */
export interface KnownPack {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly frames: number;
  readonly blocks: number;
  readonly firstBlock: number;
  readonly frameTable: StoredSection;
  readonly idTable: StoredSection;
}

/** What the target already holds under the key that is packed with. */
export interface KnownVersions {
  readonly key: RepositoryKey;
  readonly keys: ImageKeys;
  /** Ids of the blocks of all packs, numbered through them in order. */
  readonly blocks: BlockTable;
  readonly packs: KnownPack[];
  /** Map segments by id. */
  readonly segments: Map<string, StoredSection>;
  /** Versions with a boot order, in the order the repository lists them. */
  readonly bootable: OpenedVersion[];
}

/**
 * Finds out what older versions hold, and so which key to use: theirs, else a new one. A version that cannot be read
 * any more is passed over, since nothing new should be built on it.
 *
 * @param withoutPacks digests of packs to take no note of
 * @throws {IMAGE_KEY_MISSING} when all versions there have keys that are not held
 */
export async function loadKnownVersions(
  repository: Repository,
  keySource: KeySource,
  options: ReadOptions,
  withoutPacks: ReadonlySet<string> = new Set(),
): Promise<KnownVersions> {
  const related = await describeRelated(repository, options);
  const key = await chooseKey([...related.values()], keySource);
  const known: KnownVersions = {
    key,
    keys: deriveImageKeys(key.bytes),
    blocks: new BlockTable(),
    packs: [],
    segments: new Map(),
    bootable: [],
  };
  for (const [digest, keyId] of related) {
    if (keyId !== key.keyId) continue;
    const location = { repository, tagOrDigest: digest, keys: singleKey(key) };
    await passingOverDamage(async () =>
      addVersion(known, await openVersion(location, options), options, withoutPacks),
    );
  }
  return known;
}

/** Key ids of the images there, by manifest digest. */
async function describeRelated(repository: Repository, options: ReadOptions): Promise<Map<string, string>> {
  const related = new Map<string, string>();
  for (const reference of await repository.listManifests(options)) {
    await passingOverDamage(async () => {
      const { manifest } = await readDescription(repository, reference, options);
      related.set(manifest.digest, manifest.keyId);
    });
  }
  return related;
}

async function chooseKey(keyIds: readonly string[], keySource: KeySource): Promise<RepositoryKey> {
  const usable = new Set(keyIds).difference(keySource.replaced ?? new Set());
  for (const keyId of usable) {
    const key = await keySource.find(keyId);
    if (key !== undefined) return key;
  }
  const [missing] = usable;
  if (missing !== undefined) throw fail('IMAGE_KEY_MISSING', { keyId: missing });
  return await keySource.create();
}

async function addVersion(
  known: KnownVersions,
  version: OpenedVersion,
  options: ReadOptions,
  withoutPacks: ReadonlySet<string>,
): Promise<void> {
  const { root, repository } = version;
  const locate = ({ blob, ...section }: SectionReference): StoredSection => {
    const found = root.indexBlobs[blob];
    return { ...section, blob: { digest: found?.digest ?? '', sizeBytes: found?.sizeBytes ?? 0 } };
  };
  for (const blob of [...root.indexBlobs, ...root.packs]) {
    const isKnown = known.packs.some((pack) => pack.digest === blob.digest);
    if (!isKnown && (await repository.blobSize(blob.digest, options)) !== blob.sizeBytes) return;
  }
  const isNew = (pack: { digest: string }): boolean =>
    !withoutPacks.has(pack.digest) && !known.packs.some(({ digest }) => digest === pack.digest);
  const packs = root.packs.filter(isNew);
  const wanted = packs.map((pack, at) => ({ kind: 'idTable' as const, at, reference: pack.idTable }));
  const idTables: Uint8Array[] = [];
  for await (const { at, raw } of readSections(version, wanted, options)) {
    const what = `Id table of pack ${packs[at]?.digest ?? ''}`;
    const isWhole = raw.length === (packs[at]?.blocks ?? 0) * idBytes;
    decoding(what, repository.location, () => expectFormat(isWhole, 'it has another number of ids'));
    idTables[at] = raw;
  }
  for (const [at, pack] of packs.entries()) {
    const ids = new Uint32Array((idTables[at] ?? new Uint8Array(0)).slice().buffer);
    const { digest, sizeBytes, frames, blocks } = pack;
    const firstBlock = known.blocks.count;
    for (let block = 0; block < blocks; block += 1) known.blocks.add(ids, block * 4);
    const tables = { frameTable: locate(pack.frameTable), idTable: locate(pack.idTable) };
    known.packs.push({ digest, sizeBytes, frames, blocks, firstBlock, ...tables });
  }
  for (const segment of root.segments) {
    if (segment !== null && !known.segments.has(segment.id)) known.segments.set(segment.id, locate(segment));
  }
  if (root.bootOrder !== undefined) known.bootable.push(version);
}

/** Does the work, unless what it needs is damaged or not there. */
export async function passingOverDamage(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isAppError(error) || (error.errorClass !== 'damaged' && error.errorClass !== 'not-found'))
      throw error;
  }
}
