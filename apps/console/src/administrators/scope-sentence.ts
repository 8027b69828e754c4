import type { RoleGrant } from '@carrel/contract';

const mostNamed = 3;

/** What a role is held over, in words. */
export function scopeSentence(
  scope: RoleGrant['scope'],
  workspaceName: (id: string) => string | undefined,
): string {
  if (scope.kind === 'all') return 'everything';
  const { workspaceIds } = scope;
  if (workspaceIds.length === 0) return 'nothing: its workspaces are gone';
  const names = workspaceIds.map(workspaceName).filter((name) => name !== undefined);
  if (workspaceIds.length > mostNamed || names.length < workspaceIds.length) {
    return workspaceIds.length === 1 ? '1 workspace' : `${workspaceIds.length} workspaces`;
  }
  return names.join(', ');
}
