import type { ExplainedWorkspace } from '@carrel/contract';

/** Whom assignments are for, by their ids: `Accounting and ada`. */
export function grantNames(workspace: ExplainedWorkspace, assignmentIds: readonly string[]): string {
  const names = workspace.grants
    .filter((grant) => assignmentIds.includes(grant.assignmentId))
    .map((grant) => grant.principalName);
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}
