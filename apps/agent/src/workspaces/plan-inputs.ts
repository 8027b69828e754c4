import type { Lease } from '@carrel/contract';
import type { ActualWorkspace, DesiredWorkspace } from './plan-steps.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** What should be, by the record and the lease last seen. Pure. */
export function desiredWorkspace(
  record: WorkspaceRecord,
  lease: Lease | undefined,
  isOnline: boolean,
): DesiredWorkspace {
  const { wanted, policy } = record;
  const isSaving = policy.persistence === 'persistent' && policy.stopAction === 'save';
  const gentle = isSaving && !wanted.isRestartWanted ? 'save' : 'shut-down';
  return {
    guest: wanted.guest,
    stopManner: wanted.isForced ? 'power-off' : gentle,
    image: lease && chooseImage(record, lease.image.manifestDigest, isOnline),
    isImageWanted: wanted.isImageWanted && lease !== undefined,
    persistence: policy.persistence,
    isResetWanted: wanted.isResetWanted,
    isLocked: record.lock !== null,
    isDeleted: record.deletion !== null,
    keepVersions: policy.keepVersions,
  };
}

/** Out of reach of the server, a version that is wholly here is better than a newer one that is not. */
function chooseImage({ bases }: WorkspaceRecord, named: string, isOnline: boolean): string {
  const whole = bases
    .filter((base) => base.isComplete)
    .toSorted((a, b) => b.source.version - a.source.version)
    .map((base) => base.source.manifestDigest);
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
