import type { WorkspaceId } from '@carrel/kit';
import type { Holdings } from './find-holdings.ts';

/** Why somebody gets no lease any more for a workspace they had. */
export interface Withdrawal {
  readonly workspaceId: WorkspaceId;
  /** `disabled`: an assignment denies it; `unassigned`: no assignment is left, also because the workspace is gone. */
  readonly reason: 'disabled' | 'expired' | 'unassigned';
}

/**
 * Which of the workspaces a user had are theirs no more, and why. A workspace that is granted but whose channel points
 * at no published version is not among them: it gets no lease until one is, and nothing of it is to be deleted.
 */
export function withdrawnReasons(
  holdings: Holdings | undefined,
  hadWorkspaceIds: Iterable<WorkspaceId>,
): Withdrawal[] {
  return [...new Set(hadWorkspaceIds)].flatMap((workspaceId): Withdrawal[] => {
    const outcome = holdings?.get(workspaceId)?.outcome;
    switch (outcome) {
      case 'granted':
        return [];
      case 'denied':
        return [{ workspaceId, reason: 'disabled' }];
      case 'expired':
        return [{ workspaceId, reason: 'expired' }];
      case undefined:
        return [{ workspaceId, reason: 'unassigned' }];
    }
  });
}
