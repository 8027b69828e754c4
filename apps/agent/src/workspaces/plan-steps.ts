/** How a running guest is brought to an end. */
export type StopManner = 'save' | 'shut-down' | 'power-off';

/** What should be, from the lease and from what people asked for. Images are named by manifest digest. */
export interface DesiredWorkspace {
  readonly guest: 'running' | 'stopped';
  readonly stopManner: StopManner;
  /** What a start without an overlay uses; `undefined` without a lease. */
  readonly image: string | undefined;
  /** What the lease names now, where it can be fetched: it is brought here beside what is in use. */
  readonly next: string | undefined;
  /** What a persistent workspace is to be put on, its disk being put aside; `undefined`: it stays where it is. */
  readonly moveTo: string | undefined;
  /** The whole image is wanted on this computer, also while no guest runs. */
  readonly isImageWanted: boolean;
  readonly persistence: 'persistent' | 'revertible';
  readonly isResetWanted: boolean;
  /** The guest is to be held. */
  readonly isLocked: boolean;
  /** Everything of the workspace is to go. */
  readonly isDeleted: boolean;
  /** Older versions that stay on this computer. */
  readonly keepVersions: number;
  /** The disk from before an update is not kept any longer. */
  readonly isPreviousOver: boolean;
}

/** The encrypted copy of an image on this computer. */
export interface LocalBase {
  readonly image: string;
  readonly version: number;
  /** It stands alone: nothing of it is missing. */
  readonly isComplete: boolean;
  readonly isDamaged: boolean;
}

/** What is. */
export interface ActualWorkspace {
  /** `starting` until the guest is up. */
  readonly guest: 'none' | 'starting' | 'running' | 'saved';
  /** The guest is held because somebody asked for it. */
  readonly isHeld: boolean;
  readonly overlay: { readonly image: string; readonly isUsed: boolean } | undefined;
  /** The image that the disk from before an update was made on; `undefined` when none is kept. */
  readonly previous: string | undefined;
  readonly bases: readonly LocalBase[];
  /** The image that is being served to QEMU. */
  readonly served: string | undefined;
  /** Who is bringing the rest of the served image. */
  readonly stream: 'none' | 'guest' | 'storage-daemon';
}

export type Step =
  | { readonly kind: 'stop-guest'; readonly manner: StopManner }
  | { readonly kind: 'hold-guest' }
  | { readonly kind: 'let-guest-go-on' }
  | { readonly kind: 'stop-storage-daemon' }
  | { readonly kind: 'discard-overlay'; readonly isReset: boolean }
  /** Puts the overlay aside; the one put aside before comes back when it was made on that image, and goes otherwise. */
  | { readonly kind: 'replace-overlay'; readonly image: string }
  | { readonly kind: 'discard-previous' }
  | { readonly kind: 'serve-image'; readonly image: string }
  | { readonly kind: 'close-image' }
  /** Makes the base, and without a guest the overlay, whichever is missing. */
  | { readonly kind: 'prepare-disks'; readonly image: string }
  | { readonly kind: 'start-guest'; readonly image: string }
  | { readonly kind: 'stream-in-guest'; readonly image: string }
  | { readonly kind: 'stream-in-storage-daemon'; readonly image: string }
  | { readonly kind: 'remove-base'; readonly image: string }
  /** The last step: destroys the keys, then removes the files, then forgets the workspace. */
  | { readonly kind: 'delete-workspace' };

/** Steps that only bring images here and keep them in order. */
export const fetchSteps: ReadonlySet<Step['kind']> = new Set([
  'serve-image',
  'prepare-disks',
  'stream-in-guest',
  'stream-in-storage-daemon',
  'remove-base',
  'discard-previous',
]);

/** Whether nothing is left to do but what brings images here, which may take long, or removes everything. */
export function isAtRest(steps: readonly Step[]): boolean {
  return steps.every(({ kind }) => fetchSteps.has(kind) || kind === 'delete-workspace');
}

/**
 * The steps from what is to what should be, in order; none when nothing is to be done. Pure: the executor takes the
 * first one, looks again at what is, and asks again, so a crash between any two steps needs no special care.
 */
export function planSteps(desired: DesiredWorkspace, actual: ActualWorkspace): Step[] {
  if (desired.isDeleted) return planDeletion(actual);
  if (desired.isPreviousOver && actual.previous !== undefined) {
    const without = planSteps(desired, { ...actual, previous: undefined });
    return [{ kind: 'discard-previous' }, ...without];
  }
  if (actual.guest === 'none' || actual.guest === 'saved') return planWithoutGuest(desired, actual);
  if (desired.guest === 'running' && !desired.isResetWanted) return planForGuest(desired, actual);
  const stopped: ActualWorkspace = {
    ...actual,
    guest: desired.stopManner === 'save' ? 'saved' : 'none',
    overlay: actual.overlay && { ...actual.overlay, isUsed: true },
    isHeld: false,
    stream: 'none',
  };
  return [{ kind: 'stop-guest', manner: desired.stopManner }, ...planWithoutGuest(desired, stopped)];
}

/** Nobody waits for a guest whose disks are about to be destroyed. */
function planDeletion({ guest, stream, served }: ActualWorkspace): Step[] {
  const hasGuest = guest === 'starting' || guest === 'running';
  return [
    ...when(hasGuest, { kind: 'stop-guest', manner: 'power-off' }),
    ...when(stream === 'storage-daemon', { kind: 'stop-storage-daemon' }),
    ...when(served !== undefined, { kind: 'close-image' }),
    { kind: 'delete-workspace' },
  ];
}

/**
 * A running guest is left alone: a new image version waits for the next start. Only the fetch goes on: of the image it
 * runs, and then of the new one. While the guest starts it has the line to itself.
 */
function planForGuest(desired: DesiredWorkspace, actual: ActualWorkspace): Step[] {
  return [
    ...when(desired.isLocked && !actual.isHeld, { kind: 'hold-guest' }),
    ...when(!desired.isLocked && actual.isHeld, { kind: 'let-guest-go-on' }),
    ...planFetchForGuest(desired, actual),
  ];
}

function planFetchForGuest(desired: DesiredWorkspace, actual: ActualWorkspace): Step[] {
  const image = actual.overlay?.image;
  if (image === undefined) return [];
  const steps = planFetch(image, actual, 'guest');
  if (actual.guest === 'starting') return steps.filter((step) => step.kind !== 'stream-in-guest');
  const isHere = actual.bases.some((base) => base.image === image && base.isComplete);
  const next = desired.isImageWanted ? desired.next : undefined;
  if (!isHere || next === undefined || next === image) return steps;
  return [
    ...steps,
    ...planFetch(next, { ...actual, served: steps.length > 0 ? undefined : actual.served }, 'storage-daemon'),
  ];
}

function planWithoutGuest(desired: DesiredWorkspace, actual: ActualWorkspace): Step[] {
  const damaged = desired.isResetWanted ? actual.bases.filter((base) => base.isDamaged) : [];
  const overlay = planOverlay(desired, actual);
  const image = overlay.kept ?? desired.image;
  const isStarting = desired.guest === 'running' && image !== undefined;
  const fetched = isStarting ? image : chooseFetch(desired, actual, image);
  const isOtherServed = actual.served !== undefined && actual.served !== fetched;
  const endsDaemon = actual.stream === 'storage-daemon' && (isStarting || isOtherServed);
  const now: ActualWorkspace = {
    ...actual,
    served: isOtherServed ? undefined : actual.served,
    stream: endsDaemon ? 'none' : actual.stream,
    bases: actual.bases.filter((base) => !damaged.includes(base)),
  };
  const whole = (of: string): boolean => now.bases.some((base) => base.image === of && base.isComplete);
  // An image that cannot be had is noticed before the disk on the old one is put aside.
  const servesFirst = overlay.isReplaced && isStarting && !whole(image) && now.served !== image;
  return [
    ...when(endsDaemon, { kind: 'stop-storage-daemon' }),
    ...when(isOtherServed, { kind: 'close-image' }),
    // Before the overlay: discarding that ends the reset.
    ...damaged.map(({ image: broken }): Step => ({ kind: 'remove-base', image: broken })),
    ...(servesFirst ? [{ kind: 'serve-image', image } as const] : []),
    ...overlay.steps,
    ...planUse(
      { image: fetched, isStarting, hasOverlay: overlay.kept !== undefined },
      servesFirst ? { ...now, served: image } : now,
    ),
    ...planRemovals(desired, now, image),
  ];
}

function planUse(
  use: { readonly image: string | undefined; readonly isStarting: boolean; readonly hasOverlay: boolean },
  now: ActualWorkspace,
): Step[] {
  if (use.image === undefined) return [];
  return use.isStarting
    ? planStart(use.image, use.hasOverlay, now)
    : planFetch(use.image, now, 'storage-daemon');
}

/** What is brought here while no guest runs: what is in use, and when that is whole, what it is to be replaced by. */
function chooseFetch(
  { isImageWanted, next }: DesiredWorkspace,
  { bases }: ActualWorkspace,
  image: string | undefined,
): string | undefined {
  if (!isImageWanted || image === undefined) return undefined;
  const isWhole = bases.some((base) => base.image === image && base.isComplete);
  return isWhole ? (next ?? image) : image;
}

interface OverlayPlan {
  readonly steps: Step[];
  /** The image of the overlay that there is afterwards, if any. */
  readonly kept: string | undefined;
  readonly isReplaced: boolean;
}

/** A revertible workspace loses its overlay once used; a persistent one keeps it, and the image it was made on. */
function planOverlay(desired: DesiredWorkspace, actual: ActualWorkspace): OverlayPlan {
  const { isResetWanted, persistence, image } = desired;
  const { overlay, previous } = actual;
  const isReplaced = false;
  const discarded = (): OverlayPlan => ({
    steps: [{ kind: 'discard-overlay', isReset: isResetWanted }],
    kept: undefined,
    isReplaced,
  });
  if (isResetWanted) return discarded();
  if (!overlay) return { steps: [], kept: undefined, isReplaced };
  const isOutdated = image !== undefined && overlay.image !== image;
  if (persistence === 'revertible' && (overlay.isUsed || isOutdated)) return discarded();
  const target = planMove(desired, actual);
  if (target === undefined) return { steps: [], kept: overlay.image, isReplaced };
  const kept = previous === target ? target : undefined;
  return { steps: [{ kind: 'replace-overlay', image: target }], kept, isReplaced: true };
}

/** What the disk is replaced for now: nothing before that can run, wholly here or brought by a server in reach. */
function planMove(
  { persistence, moveTo, guest, image, next }: DesiredWorkspace,
  { overlay, previous, bases }: ActualWorkspace,
): string | undefined {
  if (persistence === 'revertible' || moveTo === undefined || overlay?.image === moveTo) return undefined;
  const isWhole = bases.some((base) => base.image === moveTo && base.isComplete);
  if (isWhole && (previous === moveTo || image === moveTo)) return moveTo;
  return guest === 'running' && next === moveTo && image === moveTo ? moveTo : undefined;
}

function planStart(image: string, hasOverlay: boolean, actual: ActualWorkspace): Step[] {
  const base = actual.bases.find((candidate) => candidate.image === image);
  const isServed = actual.served === image;
  const isComplete = base?.isComplete ?? false;
  return [
    ...when(!isComplete && !isServed, { kind: 'serve-image', image }),
    ...when(isComplete && isServed, { kind: 'close-image' }),
    ...when(!base || !hasOverlay, { kind: 'prepare-disks', image }),
    { kind: 'start-guest', image },
  ];
}

function planFetch(image: string, actual: ActualWorkspace, streamer: 'guest' | 'storage-daemon'): Step[] {
  const base = actual.bases.find((candidate) => candidate.image === image);
  const isServed = actual.served === image;
  if (base?.isComplete) return when(isServed, { kind: 'close-image' });
  const stream: Step =
    streamer === 'guest' ? { kind: 'stream-in-guest', image } : { kind: 'stream-in-storage-daemon', image };
  return [
    ...when(!isServed, { kind: 'serve-image', image }),
    ...when(!base, { kind: 'prepare-disks', image }),
    ...when(actual.stream === 'none', stream),
  ];
}

/** Older versions go once the current one is complete. */
function planRemovals(desired: DesiredWorkspace, actual: ActualWorkspace, image: string | undefined): Step[] {
  const isCurrentComplete = actual.bases.some((base) => base.image === image && base.isComplete);
  if (!isCurrentComplete) return [];
  const used = new Set([image, desired.image, desired.next, desired.moveTo, actual.previous]);
  const older = actual.bases
    .filter((base) => !used.has(base.image))
    .toSorted((a, b) => b.version - a.version);
  return older.slice(desired.keepVersions).map((base) => ({ kind: 'remove-base', image: base.image }));
}

function when(condition: boolean, step: Step): Step[] {
  return condition ? [step] : [];
}
