import {
  type Assignment,
  type AssignmentSettings,
  assignmentSettingsSchema,
  type WorkspacePolicy,
  workspacePolicySchema,
} from '@carrel/contract';
import type { AssignmentId, GroupId, UserId, WorkspaceId } from '@carrel/kit';
import type { ComparedWorkspace } from '../diff-workspaces.ts';
import type { PeopleSnapshot } from '../people.ts';

export const user = (number: number): UserId => `user-${number}` as UserId;
export const group = (number: number): GroupId => `group-${number}` as GroupId;
export const workspaceId = 'workspace-1' as WorkspaceId;

export function assignmentTo(
  principal: Assignment['principal'],
  settings: Partial<AssignmentSettings> = {},
  effect: Assignment['effect'] = 'allow',
): Assignment {
  return {
    id: `assignment of ${principal.id}` as AssignmentId,
    workspaceId,
    principal,
    principalName: principal.id,
    effect,
    settings: assignmentSettingsSchema.parse(settings),
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: 'admin',
  };
}

export function contentOf(
  policy: { readonly [Tab in keyof WorkspacePolicy]?: Partial<WorkspacePolicy[Tab]> } = {},
): ComparedWorkspace {
  return {
    name: 'Accounting',
    description: '',
    image: 'desktop',
    channel: 'production',
    policy: workspacePolicySchema.parse(policy),
  };
}

/** People named by their number, in groups. */
export function peopleIn(
  count: number,
  memberships: readonly (readonly [groupNumber: number, userNumber: number])[],
  nestings: readonly (readonly [parent: number, child: number])[] = [],
): PeopleSnapshot {
  return {
    users: Array.from({ length: count }, (_, number) => ({
      id: user(number),
      name: `name ${String(number).padStart(5, '0')}`,
    })),
    memberships: memberships.map(([groupNumber, userNumber]) => ({
      groupId: group(groupNumber),
      userId: user(userNumber),
    })),
    nestings: nestings.map(([parent, child]) => ({ parent: group(parent), child: group(child) })),
  };
}
