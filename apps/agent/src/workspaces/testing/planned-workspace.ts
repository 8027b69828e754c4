import type { ActualWorkspace, DesiredWorkspace, LocalBase } from '../plan-steps.ts';

/** A revertible workspace at rest whose lease names v2. */
export const desired: DesiredWorkspace = {
  guest: 'stopped',
  stopManner: 'shut-down',
  image: 'v2',
  next: 'v2',
  moveTo: undefined,
  isImageWanted: false,
  persistence: 'revertible',
  isResetWanted: false,
  isLocked: false,
  isDeleted: false,
  keepVersions: 1,
  isPreviousOver: false,
};

/** Nothing is on the disk. */
export const nothing: ActualWorkspace = {
  guest: 'none',
  isHeld: false,
  overlay: undefined,
  previous: undefined,
  bases: [],
  served: undefined,
  stream: 'none',
};

/** @param image `v` and its version */
export const base = (image: string, isComplete: boolean): LocalBase => ({
  image,
  version: Number(image.slice(1)),
  isComplete,
  isDamaged: false,
});
