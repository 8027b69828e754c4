import { fail, type Lease } from '@carrel/contract';
import {
  type FrameSource,
  type ImageReference,
  type ImageSummary,
  openImage,
  openRepository,
  parseReference,
  parseRepositoryKey,
  type RateLimiter,
  type RepositoryKey,
  type RepositoryReader,
  type SharedImage,
  serveNbd,
  singleKey,
} from '@carrel/imaging';
import type { AppError, Clock } from '@carrel/kit';
import type { IndexCache } from '../images/index-cache.ts';
import type { LocalSeeds, SeededImage } from '../images/local-seeds.ts';
import { type Received, receivedFrom } from '../images/received.ts';
import type { OfficeSwitch } from '../peers/index.ts';

const longestLookMs = 10_000;

/** How the built-in repository of the instance is reached. */
export interface BuiltInRepository {
  /** Origin of the server. */
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  /** `Authorization` header with a token that is still good; `undefined` when none can be had now. */
  readonly authorize: () => Promise<string | undefined>;
}

/** Where images come from on this computer; the same for all workspaces. */
export interface ImagePlaces {
  readonly repository: BuiltInRepository;
  readonly indexes: IndexCache;
  readonly openSeeds: (wanted: SeededImage) => Promise<LocalSeeds>;
  readonly officePeers: Pick<OfficeSwitch, 'share'>;
  readonly clock: Clock;
  /** Something that only saves work did not. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** One image that a workspace wants to be served. */
export interface ImageRequest {
  readonly image: Lease['image'];
  /** base64url, from the lease. */
  readonly repositoryKey: string;
  /** Of the workspace. */
  readonly folder: string;
  /** Private to the workspace. */
  readonly socketPath: string;
  /** Blocks in the computer's own files may be used. */
  readonly useHostFiles: boolean;
  /** An OCI layout that may hold packs of the image; it need not be there. */
  readonly stagedFolder: string | null;
  readonly limiter: RateLimiter;
  /** Told of data that was not what was packed; the guest did not get it. */
  readonly onBadData: (error: AppError) => void;
  /** The source cannot give data now and the readers wait; told once until `onResumed`. */
  readonly onHeld: (error: unknown) => void;
  readonly onResumed: () => void;
  readonly signal: AbortSignal;
}

/** An image that QEMU can read at a unix socket. Disposing it leaves the readers waiting for the next one. */
export interface ServedImage extends AsyncDisposable {
  readonly summary: ImageSummary;
  readonly socketPath: string;
  /** What came from where since it is served. */
  received(): Received;
  /** Brings what a boot reads before it is asked for, behind what is; nobody need wait for it. */
  prefetchBoot(): Promise<void>;
}

/**
 * Opens the image a lease names, by its digest, and serves it over NBD.
 *
 * @throws what `openImage` and `serveNbd` throw
 */
export async function serveImage(request: ImageRequest, places: ImagePlaces): Promise<ServedImage> {
  await using cleanUp = new AsyncDisposableStack();
  const { image } = request;
  const key = parseRepositoryKey(request.repositoryKey);
  if (!key) throw fail('IMAGE_KEY_MISSING', { keyId: image.keyId });
  const origin = cleanUp.use(openOrigin(image, places.repository));
  const staged = stagedSources(request).map((source) => cleanUp.use(source));
  const repository = cleanUp.use(places.indexes.over(origin));
  const local = cleanUp.use(await places.openSeeds({ ...request, key }));
  const sources: FrameSource[] = staged.map((layout) => ({
    repository: cleanUp.use(places.indexes.over(layout)),
    kind: 'staged',
  }));
  const shared = await shareWithPeers(request, key, repository, places);
  if (shared) sources.push(cleanUp.use(shared).source);
  const disk = cleanUp.use(
    await openImage({
      repository,
      tagOrDigest: image.manifestDigest,
      keys: singleKey(key),
      sources,
      seeds: local.seeds,
      limiter: request.limiter,
      onBadData: request.onBadData,
      ...(shared && { onFrame: (frame) => shared.keep(frame) }),
      onSeedTrouble: (error) => places.onTrouble('the seeds of an image are of no use', error),
      signal: request.signal,
    }),
  );
  await waitForCopies(local, places.clock, request.signal);
  cleanUp.use(
    await serveNbd({
      disk,
      socketPath: request.socketPath,
      onError: (error, trouble) => {
        if (trouble.kind === 'held') request.onHeld(error);
      },
      onResumed: request.onResumed,
    }),
  );
  const kept = cleanUp.move();
  return {
    summary: disk.image,
    socketPath: request.socketPath,
    received: () => {
      const received = receivedFrom(disk.counters().sources, local.hostFiles?.name ?? '');
      // What was fetched from the repository for this computer's share of the office.
      const ownShareBytes = shared?.counters().bytesFromOrigin ?? 0;
      return { ...received, repositoryBytes: received.repositoryBytes + ownShareBytes };
    },
    prefetchBoot: () => disk.prefetchBoot(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Peers only save the line; without them the image is served all the same. */
async function shareWithPeers(
  { image, limiter, signal }: ImageRequest,
  key: RepositoryKey,
  repository: RepositoryReader,
  { officePeers, onTrouble }: ImagePlaces,
): Promise<SharedImage | undefined> {
  try {
    const tagOrDigest = image.manifestDigest;
    return await officePeers.share(image, { repository, tagOrDigest, key, limiter, signal });
  } catch (error) {
    signal.throwIfAborted();
    onTrouble('an image is not shared with office peers', error);
    return undefined;
  }
}

/** What a copy here holds is not downloaded for want of a moment; finding it takes no more than that. */
async function waitForCopies({ located }: LocalSeeds, clock: Clock, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const giveUp = clock.sleep(longestLookMs, AbortSignal.any([signal, done.signal])).catch(() => undefined);
  await Promise.race([located, giveUp]);
  done.abort();
}

function openOrigin(image: Lease['image'], builtIn: BuiltInRepository): RepositoryReader {
  const { reference, isBuiltIn } = resolveReference(image, builtIn.server);
  return openRepository(reference, isBuiltIn ? { ca: builtIn.authority, authorize: builtIn.authorize } : {});
}

/** `server:NAME:TAG` is the instance's own repository; others are named in full. */
function resolveReference(
  image: Lease['image'],
  server: string,
): { reference: ImageReference; isBuiltIn: boolean } {
  const builtIn = /^server:([^:]+)(?::.*)?$/.exec(image.reference)?.[1];
  const text = builtIn === undefined ? image.reference : `${server}/${builtIn}@${image.manifestDigest}`;
  const reference = parseReference(text);
  if (reference.kind === 'layout') {
    throw fail('REFERENCE_INVALID', { reference: text, reason: 'a folder is of no use to other computers' });
  }
  return { reference, isBuiltIn: new URL(server).origin === reference.origin };
}

function stagedSources({ stagedFolder, image }: ImageRequest): RepositoryReader[] {
  if (stagedFolder === null) return [];
  return [
    openRepository({ kind: 'layout', path: stagedFolder, name: image.name, tag: String(image.version) }),
  ];
}
