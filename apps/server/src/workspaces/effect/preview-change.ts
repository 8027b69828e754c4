import { assignmentSchema, type Effect, fail, type PreviewedChange } from '@carrel/contract';
import { wouldContainItself } from '@carrel/directory';
import { createId, type GroupId, type WorkspaceId } from '@carrel/kit';
import {
  effectOfChanges,
  effectOfGroupChange,
  type GroupChange,
  type WorkspaceSituation,
} from '@carrel/policy';
import type { Scope } from '../../access/index.ts';
import type { Queries } from '../../database/index.ts';
import { isoTime } from '../../database/values.ts';
import { allNestings } from '../../groups/groups-of-user.ts';
import { principalNames } from '../assignment-rows.ts';
import { type NewAssignment } from '../assignments.ts';
import type { Authorship } from '../authorship.ts';
import { imageNames } from '../history/revision-rows.ts';
import { findWorkspaceRow, workspaceNameKey } from '../workspace-rows.ts';
import { loadPeople } from './load-people.ts';
import { assignedGroups, situationOf } from './load-situation.ts';

/** What a preview works with. */
export interface PreviewContext {
  readonly queries: Queries;
  /** Workspaces the asker may see: a change of a group is told for these only. */
  readonly scope: Scope;
  readonly authorship: Authorship;
  readonly randomBytes: (count: number) => Uint8Array;
}

/**
 * What an edit would change, for whom; nothing is written.
 *
 * @throws {NOT_FOUND} what the edit names
 * @throws {NAME_TAKEN} | {GROUP_CYCLE} making it would be refused
 */
export async function previewChange(context: PreviewContext, change: PreviewedChange): Promise<Effect> {
  switch (change.kind) {
    case 'group-members':
      return previewGroup(context, change.groupId, change.members);
    case 'delete-group':
      return previewGroup(context, change.groupId, { userIds: [], groupIds: [] });
    default:
      return previewWorkspace(context, change);
  }
}

type WorkspaceEdit = Exclude<PreviewedChange, { kind: 'group-members' | 'delete-group' }>;

async function previewWorkspace(context: PreviewContext, change: WorkspaceEdit): Promise<Effect> {
  const { queries, authorship } = context;
  const before = await requireSituation(queries, change.workspaceId);
  const after = await situationAfter(context, before, change);
  const people = await loadPeople(queries, assignedGroups([before, after]));
  return effectOfChanges(people, [{ workspaceId: change.workspaceId, before, after }], authorship.nowMs);
}

/** `undefined`: the workspace is gone. */
async function situationAfter(
  context: PreviewContext,
  before: WorkspaceSituation,
  change: WorkspaceEdit,
): Promise<WorkspaceSituation | undefined> {
  switch (change.kind) {
    case 'workspace':
      return { ...before, content: await contentAfter(context.queries, change) };
    case 'delete-workspace':
      return undefined;
    case 'put-assignment':
      return withAssignment(context, before, change.workspaceId, change.assignment);
    case 'delete-assignment': {
      const assignments = before.assignments.filter(({ id }) => id !== change.assignmentId);
      if (assignments.length === before.assignments.length) {
        throw fail('NOT_FOUND', { kind: 'assignment', id: change.assignmentId });
      }
      return { ...before, assignments };
    }
  }
}

async function contentAfter(
  queries: Queries,
  { workspaceId, input }: WorkspaceEdit & { readonly kind: 'workspace' },
): Promise<WorkspaceSituation['content']> {
  const { name, description, imageId, channel, policy } = input;
  const namesake = await queries
    .selectFrom('workspaces')
    .select('id')
    .where('nameKey', '=', workspaceNameKey(name))
    .where('id', '!=', workspaceId)
    .executeTakeFirst();
  if (namesake) throw fail('NAME_TAKEN', { kind: 'workspace', name });
  const image = (await imageNames(queries, [imageId])).get(imageId);
  if (image === undefined) throw fail('NOT_FOUND', { kind: 'image', id: imageId });
  return { name, description, image, channel, policy };
}

async function withAssignment(
  { queries, authorship, randomBytes }: PreviewContext,
  before: WorkspaceSituation,
  workspaceId: WorkspaceId,
  { principal, effect, settings }: NewAssignment,
): Promise<WorkspaceSituation> {
  const principalName = (await principalNames(queries, [principal])).get(principal.id);
  if (principalName === undefined) throw fail('NOT_FOUND', { kind: principal.kind, id: principal.id });
  const isOther = (one: { readonly principal: NewAssignment['principal'] }): boolean =>
    one.principal.kind !== principal.kind || one.principal.id !== principal.id;
  const present = before.assignments.find((one) => !isOther(one));
  // As saving would: under the id there was, or else a new one, which comes after all others.
  const made = assignmentSchema.parse({
    id: present?.id ?? createId<'assignment'>(authorship.nowMs, randomBytes(10)),
    workspaceId,
    principal,
    principalName,
    effect,
    settings,
    createdAt: isoTime(authorship.nowMs),
    createdBy: authorship.author,
  });
  return { ...before, assignments: [...before.assignments.filter(isOther), made] };
}

async function previewGroup(
  { queries, scope, authorship }: PreviewContext,
  groupId: GroupId,
  members: { readonly userIds: readonly string[]; readonly groupIds: readonly GroupId[] },
): Promise<Effect> {
  const group = await queries
    .selectFrom('groups')
    .select('name')
    .where('id', '=', groupId)
    .executeTakeFirst();
  if (!group) throw fail('NOT_FOUND', { kind: 'group', id: groupId });
  if (wouldContainItself(groupId, members.groupIds, await allNestings(queries))) {
    throw fail('GROUP_CYCLE', { name: group.name });
  }
  const workspaces = await workspacesAround(queries, groupId, scope);
  const situations = workspaces.map(({ situation }) => situation);
  const people = await loadPeople(queries, [...assignedGroups(situations), groupId, ...members.groupIds]);
  const change = { groupId, members: members as GroupChange['members'], workspaces };
  return effectOfGroupChange(people, change, authorship.nowMs);
}

/** The workspaces that are assigned to the group or to one around it. */
async function workspacesAround(
  queries: Queries,
  groupId: GroupId,
  scope: Scope,
): Promise<GroupChange['workspaces']> {
  const parentsOf = Map.groupBy(await allNestings(queries), (nesting) => nesting.child);
  const groups = new Set<string>([groupId]);
  for (const one of groups) for (const { parent } of parentsOf.get(one as GroupId) ?? []) groups.add(parent);
  const rows = await queries
    .selectFrom('workspaces')
    .selectAll()
    .where('id', 'in', (select) =>
      select
        .selectFrom('assignments')
        .select('workspaceId')
        .where('principalKind', '=', 'group')
        .where('principalId', 'in', [...groups]),
    )
    .orderBy('nameKey')
    .execute();
  const seen = rows.filter((row) => scope === 'all' || scope.has(row.id));
  return Promise.all(
    seen.map(async (row) => ({
      workspaceId: row.id as WorkspaceId,
      situation: await situationOf(queries, row),
    })),
  );
}

async function requireSituation(queries: Queries, workspaceId: WorkspaceId): Promise<WorkspaceSituation> {
  const row = await findWorkspaceRow(queries, workspaceId);
  if (!row) throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  return situationOf(queries, row);
}
