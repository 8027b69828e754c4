import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { type LayoutReference, parseReference } from '../reference.ts';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import type { FrameSource } from '../sources/index.ts';
import type { BlockSeed } from './block-seed.ts';
import { HostIndex } from './host-index/host-index.ts';
import { openHostSeed } from './host-index/host-seed.ts';

/** What a person named as seeds, as `fetchImage` and `openImage` take it. Disposing of it closes what was opened. */
export interface NamedSeeds extends AsyncDisposable {
  /** In the order they were named. */
  readonly seeds: readonly (string | BlockSeed)[];
  /** Layouts, which hold packs. */
  readonly sources: readonly FrameSource[];
}

/** The word that stands for the files of this computer; a file of this name is `./host`. */
const hostWord = 'host';

/**
 * Opens what a person named: `host` for the indexed files of this computer, `oci:PATH[:NAME:TAG]` for a staged layout,
 * or a path.
 *
 * @param hostIndexFolder where the index of this computer is kept
 * @throws {SEED_INDEX_MISSING} {SOURCE_NOT_FOUND} {REFERENCE_INVALID}
 */
export async function openSeeds(texts: readonly string[], hostIndexFolder: string): Promise<NamedSeeds> {
  await using opened = new AsyncDisposableStack();
  const seeds: (string | BlockSeed)[] = [];
  const sources: FrameSource[] = [];
  for (const text of texts) {
    if (text === hostWord) seeds.push(opened.use(await openIndexed(hostIndexFolder)));
    else if (/^(oci:|https?:\/\/)/i.test(text)) {
      sources.push({ kind: 'staged', repository: opened.use(await openLayout(text)) });
    } else seeds.push(text);
  }
  const kept = opened.move();
  return { seeds, sources, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function openIndexed(folder: string): Promise<BlockSeed> {
  const indexes = await new HostIndex(folder).status();
  if (indexes.length === 0) throw fail('SEED_INDEX_MISSING', { path: folder });
  return openHostSeed(folder);
}

async function openLayout(text: string): Promise<LayoutRepository> {
  const reference = parseReference(text);
  if (reference.kind !== 'layout') {
    throw fail('REFERENCE_INVALID', { reference: text, reason: 'a seed lies on this computer' });
  }
  await checkLayout(reference);
  return new LayoutRepository({ path: reference.path, name: reference.name });
}

async function checkLayout({ path }: LayoutReference): Promise<void> {
  await stat(join(path, 'oci-layout')).catch((error: unknown) => {
    throw fail('SOURCE_NOT_FOUND', { path: join(path, 'oci-layout') }, error);
  });
}
