import { fail, type Lease } from '@carrel/contract';
import {
  type ImageSummary,
  openImage,
  openRepository,
  parseReference,
  parseRepositoryKey,
  type RegistryReference,
  serveNbd,
  singleKey,
  type TransferCounters,
} from '@carrel/imaging';
import type { AppError } from '@carrel/kit';

/** How the built-in repository of the instance is reached. */
export interface BuiltInRepository {
  /** Origin of the server. */
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  /** `Authorization` header with a token that is still good; `undefined` when none can be had now. */
  readonly authorize: () => Promise<string | undefined>;
}

export interface ServeImageOptions {
  readonly image: Lease['image'];
  /** base64url, from the lease. */
  readonly repositoryKey: string;
  readonly repository: BuiltInRepository;
  /** Private to the workspace. */
  readonly socketPath: string;
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
  counters(): TransferCounters;
}

/**
 * Opens the image a lease names, by its digest, and serves it over NBD.
 *
 * @throws what `openImage` and `serveNbd` throw
 */
export async function serveImage(options: ServeImageOptions): Promise<ServedImage> {
  await using cleanUp = new AsyncDisposableStack();
  const key = parseRepositoryKey(options.repositoryKey);
  if (!key) throw fail('IMAGE_KEY_MISSING', { keyId: options.image.keyId });
  const { reference, isBuiltIn } = resolveReference(options.image, options.repository.server);
  const repository = cleanUp.use(
    openRepository(
      reference,
      isBuiltIn ? { ca: options.repository.authority, authorize: options.repository.authorize } : {},
    ),
  );
  const disk = cleanUp.use(
    await openImage({
      repository,
      tagOrDigest: options.image.manifestDigest,
      keys: singleKey(key),
      onBadData: options.onBadData,
      signal: options.signal,
    }),
  );
  cleanUp.use(
    await serveNbd({
      disk,
      socketPath: options.socketPath,
      onError: (error, trouble) => {
        if (trouble.kind === 'held') options.onHeld(error);
      },
      onResumed: options.onResumed,
    }),
  );
  const kept = cleanUp.move();
  return {
    summary: disk.image,
    socketPath: options.socketPath,
    counters: () => disk.counters(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** `server:NAME:TAG` is the instance's own repository; a registry may also be named in full. */
function resolveReference(
  image: Lease['image'],
  server: string,
): { reference: RegistryReference; isBuiltIn: boolean } {
  const builtIn = /^server:([^:]+)(?::.*)?$/.exec(image.reference)?.[1];
  const text = builtIn === undefined ? image.reference : `${server}/${builtIn}@${image.manifestDigest}`;
  const reference = parseReference(text);
  if (reference.kind !== 'registry') {
    throw fail('REFERENCE_INVALID', { reference: text, reason: 'an agent fetches from registries only' });
  }
  return { reference, isBuiltIn: new URL(server).origin === reference.origin };
}
