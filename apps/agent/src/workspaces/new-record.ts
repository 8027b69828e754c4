import type { Lease } from '@carrel/contract';
import type { WorkspaceRecord } from './workspace-record.ts';

/** The part of a record that follows the lease. */
export function leasedPart({
  workspaceName,
  userName,
  policy,
  grant,
}: Lease): Pick<WorkspaceRecord, 'workspaceName' | 'userName' | 'policy'> {
  const { general, virtualMachine, delivery } = policy;
  return {
    workspaceName,
    userName,
    policy: {
      persistence: virtualMachine.persistence,
      stopAction: virtualMachine.stopAction,
      countdownSeconds: virtualMachine.countdownSeconds,
      keepVersions: virtualMachine.keepVersions,
      supportContact: general.supportContact,
      isLockedOnSuspend: virtualMachine.isLockedOnSuspend,
      isTimeZoneSynchronized: virtualMachine.isTimeZoneSynchronized,
      updateMode: virtualMachine.updateMode,
      forceAfterHours: virtualMachine.forceAfterHours,
      keepPreviousDays: virtualMachine.keepPreviousDays,
      deletion: grant.deletion,
      ...delivery,
    },
  };
}

/** A workspace that was never here: nothing of it is on disk, and nothing was asked for. */
export function newRecord(lease: Lease, slot: number): WorkspaceRecord {
  return {
    workspaceId: lease.workspaceId,
    userId: lease.userId,
    ...leasedPart(lease),
    slot,
    wanted: {
      guest: 'stopped',
      isForced: false,
      isImageWanted: false,
      isResetWanted: false,
      isRestartWanted: false,
      isVersionKept: false,
      moveTo: null,
      stagedFolder: null,
    },
    guest: null,
    isSaved: false,
    overlay: null,
    overlayDisk: 'a',
    previous: null,
    bases: [],
    hasRun: false,
    ran: null,
    update: null,
    failure: null,
    ending: null,
    warned: null,
    lock: null,
    withdrawal: null,
    deletion: null,
  };
}
