import type { Lease } from '@carrel/contract';
import type { ActualWorkspace, DesiredWorkspace } from './plan-steps.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** What should be, by the record and the lease last seen. Pure. */
export function desiredWorkspace(
  record: WorkspaceRecord,
  lease: Lease | undefined,
  { isOnline, trustedNowMs }: { readonly isOnline: boolean; readonly trustedNowMs: number },
): DesiredWorkspace {
  const { wanted, policy, previous } = record;
  const { moveTo } = wanted;
  const isSaving = policy.persistence === 'persistent' && policy.stopAction === 'save';
  // What is saved could not go on with another disk.
  const gentle = isSaving && !wanted.isRestartWanted && !moveTo ? 'save' : 'shut-down';
  const named = lease?.image.manifestDigest;
  return {
    guest: wanted.guest,
    stopManner: wanted.isForced ? 'power-off' : gentle,
    image: named === undefined ? undefined : chooseImage(record, named, isOnline),
    next: isOnline ? named : undefined,
    moveTo: moveTo?.image,
    isImageWanted: (wanted.isImageWanted || moveTo !== null) && lease !== undefined,
    persistence: policy.persistence,
    isResetWanted: wanted.isResetWanted,
    isLocked: record.lock !== null,
    isDeleted: record.deletion !== null,
    keepVersions: policy.keepVersions,
    isPreviousOver:
      previous !== null && (policy.persistence === 'revertible' || trustedNowMs >= previous.keptUntilMs),
  };
}

/** Out of reach of the server, a version that is wholly here is better than a newer one that is not. */
function chooseImage({ bases, wanted, ran }: WorkspaceRecord, named: string, isOnline: boolean): string {
  const whole = bases
    .filter((base) => base.isComplete)
    .toSorted((a, b) => b.source.version - a.source.version)
    .map((base) => base.source.manifestDigest);
  const isKept = wanted.guest === 'running' && wanted.isVersionKept;
  if (isKept && ran && whole.includes(ran.image)) return ran.image;
  return isOnline || whole.includes(named) ? named : (whole[0] ?? named);
}

/** What is, by the record and by what this process holds. Pure. */
export function actualWorkspace(
  record: WorkspaceRecord,
  held: {
    readonly hasGuest: boolean;
    readonly isHeld: boolean;
    readonly served: string | undefined;
    readonly streamer: ActualWorkspace['stream'];
  },
): ActualWorkspace {
  const running = record.guest?.isUp ? 'running' : 'starting';
  const absent = record.isSaved ? 'saved' : 'none';
  return {
    guest: held.hasGuest ? running : absent,
    isHeld: held.isHeld,
    overlay: record.overlay ?? undefined,
    previous: record.previous?.image,
    bases: record.bases.map(({ source, isComplete, isDamaged }) => ({
      image: source.manifestDigest,
      version: source.version,
      isComplete,
      isDamaged,
    })),
    served: held.served,
    stream: held.streamer,
  };
}
