import type { ImageReceipt, WorkspaceState as WorkspaceLifeState, WorkspaceStatus } from '@carrel/contract';
import { downloadedBytes, foundBytes } from '../images/received.ts';
import type { Step } from './plan-steps.ts';
import type { BaseRecord, WorkspaceRecord } from './workspace-record.ts';

/** What this process sees beside the record. */
export interface Sight {
  readonly hasMachine: boolean;
  readonly isPaused: boolean;
  readonly isStopping: boolean;
  /** The step being taken. */
  readonly step: Step['kind'] | undefined;
  readonly isStreaming: boolean;
  /** The manifest of the image that the next start uses. */
  readonly image: string | undefined;
  /** Why the image does not come at present; what is there already may be used all the same. */
  readonly fetchProblem: WorkspaceRecord['failure'];
}

/** What the agent says of a workspace, to people here and to the server. Pure. */
export function describeWorkspace(record: WorkspaceRecord, sight: Sight): WorkspaceStatus {
  const image = record.guest?.image ?? record.overlay?.image ?? sight.image;
  const base =
    record.bases.find((held) => held.source.manifestDigest === image) ??
    record.bases.toSorted((a, b) => b.source.version - a.source.version)[0];
  const coming = sight.isStreaming ? record.bases.find(({ isComplete }) => !isComplete) : undefined;
  const fetched = coming ?? base;
  const isFetching = fetched && !fetched.isComplete && (sight.isStreaming || sight.hasMachine);
  const named = record.bases.find(({ source }) => source.manifestDigest === sight.image);
  const received = named ?? base;
  return {
    workspaceId: record.workspaceId,
    workspaceName: record.workspaceName,
    userId: record.userId,
    userName: record.userName,
    state: lifeState(record, sight, base),
    imageVersion: base?.source.version ?? null,
    isReadyOffline: base?.isComplete ?? false,
    fetch: isFetching ? fetchOf(fetched) : null,
    ...(received && { receipt: receiptOf(received) }),
    runningSince: record.guest ? new Date(record.guest.startedAtMs).toISOString() : null,
    guestBootSeconds: record.guest?.bootSeconds ?? null,
    failure: record.failure ?? sight.fetchProblem,
  };
}

function lifeState(
  { guest, wanted, isSaved, failure, hasRun, lock }: WorkspaceRecord,
  sight: Sight,
  base: BaseRecord | undefined,
): WorkspaceLifeState {
  if (sight.isStopping) return 'stopping';
  if (guest && sight.hasMachine) {
    if (lock) return 'locked';
    if (sight.isPaused) return 'paused';
    return guest.isUp ? 'running' : 'starting';
  }
  if (wanted.guest === 'running' && !failure) {
    return sight.step === 'serve-image' ? 'fetching' : 'starting';
  }
  if (failure) return 'failed';
  if (isSaved) return 'saved';
  if (sight.isStreaming || sight.step === 'serve-image') return 'fetching';
  if (hasRun) return 'stopped';
  return base?.isComplete ? 'ready' : 'absent';
}

function fetchOf(base: BaseRecord): NonNullable<WorkspaceStatus['fetch']> {
  return {
    doneBytes: Math.round(base.dataBytes * base.progress),
    totalBytes: base.dataBytes,
    downloadedBytes: downloadedBytes(base.received),
    fromSeedsBytes: foundBytes(base.received),
  };
}

function receiptOf({ source, isComplete, received }: BaseRecord): ImageReceipt {
  return { version: source.version, isComplete, ...received };
}
