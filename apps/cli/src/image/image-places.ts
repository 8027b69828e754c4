import {
  type FrameSource,
  type ImageReference,
  type KeySource,
  type NamedSeeds,
  parseReference,
  type RepositoryReader,
} from '@carrel/imaging/access';
import type { CliContext } from '../context.ts';
import { hostIndexFolderOf } from './host-index-folder.ts';
import { openKeys, openRepositoryOf } from './repository-access.ts';

/** What an image is read from and with. */
export interface ImagePlaces extends AsyncDisposable {
  readonly repository: RepositoryReader;
  readonly sources: readonly FrameSource[];
  readonly seeds: NamedSeeds['seeds'];
  readonly keys: KeySource;
}

/** Opens the repository of an image, its mirrors, what was named as seeds, and what holds its key. */
export async function openImagePlaces(
  context: CliContext,
  reference: ImageReference,
  options: {
    readonly mirror: readonly string[];
    readonly seed: readonly string[];
    readonly keyFile?: string;
  },
): Promise<ImagePlaces> {
  await using opened = new AsyncDisposableStack();
  const repository = opened.use(await openRepositoryOf(context, reference));
  const named = options.seed.length === 0 ? undefined : opened.use(await openNamed(context, options.seed));
  const sources: FrameSource[] = [...(named?.sources ?? [])];
  for (const mirror of options.mirror) {
    sources.push({
      kind: 'mirror',
      repository: opened.use(await openRepositoryOf(context, parseReference(mirror))),
    });
  }
  const keys = await openKeys(context, options.keyFile);
  const kept = opened.move();
  return {
    repository,
    sources,
    seeds: named?.seeds ?? [],
    keys,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Code for seeds is loaded only where some were named. */
async function openNamed(context: CliContext, seeds: readonly string[]): Promise<NamedSeeds> {
  const { openSeeds } = await import('@carrel/imaging');
  return openSeeds(seeds, hostIndexFolderOf(context));
}
