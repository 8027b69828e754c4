import type { Assignment, Effect, WorkspaceEffect } from '@carrel/contract';
import type { GroupId, UserId } from '@carrel/kit';
import { resolveGrants } from '../../grants/resolve-grants.ts';
import { diffWorkspaces } from '../diff-workspaces.ts';
import { flatten, isSame } from '../json-tree.ts';
import type { PeopleSnapshot } from '../people.ts';
import type { WorkspaceSituation } from '../workspace-change.ts';

/** Everything that decides who has what. */
export interface World {
  readonly people: PeopleSnapshot;
  readonly workspaces: ReadonlyMap<WorkspaceEffect['workspaceId'], WorkspaceSituation>;
}

/** What lies between two worlds, by asking for each person and each workspace what they have in both. */
export function naiveEffect(before: World, after: World, nowMs: number): Effect {
  const affected = new Set<string>();
  const ids = new Set([...before.workspaces.keys(), ...after.workspaces.keys()]);
  const workspaces = [...ids].flatMap((workspaceId): WorkspaceEffect[] => {
    const [was, is] = [before.workspaces.get(workspaceId), after.workspaces.get(workspaceId)];
    const changes = was && is ? diffWorkspaces(was.content, is.content) : [];
    const [gained, lost, kept] = [[], [], []] as [string[], string[], string[]];
    const settings = new Map<string, { setting: string; before: unknown; after: unknown; names: string[] }>();
    for (const { id, name } of before.people.users) {
      const [had, has] = [holding(before.people, id, was, nowMs), holding(after.people, id, is, nowMs)];
      if (!had && has) gained.push(name);
      if (had && !has) lost.push(name);
      if (!had || !has) continue;
      if (changes.length > 0) kept.push(name);
      for (const [setting, value] of had) {
        if (isSame(value, has.get(setting))) continue;
        const change = { setting, before: value, after: has.get(setting) };
        const key = JSON.stringify(change);
        settings.set(key, { ...change, names: [...(settings.get(key)?.names ?? []), name] });
      }
    }
    const all = [...gained, ...lost, ...kept, ...[...settings.values()].flatMap((one) => one.names)];
    for (const name of all) affected.add(name);
    if (all.length === 0 && changes.length === 0) return [];
    return [
      {
        workspaceId,
        name: (is ?? was)?.content.name ?? '',
        gained: people(gained),
        lost: people(lost),
        settings: [...settings.values()].map(({ names, ...change }) => ({ ...change, users: people(names) })),
        fields: { changes, users: people(kept) },
      },
    ];
  });
  return { workspaces, users: people([...affected]) };
}

function people(names: readonly string[]) {
  return { count: names.length, names: names.toSorted().slice(0, 10) };
}

function holding(
  snapshot: PeopleSnapshot,
  userId: UserId,
  situation: WorkspaceSituation | undefined,
  nowMs: number,
): ReadonlyMap<string, unknown> | undefined {
  if (!situation) return undefined;
  const groups = groupsOf(snapshot, userId);
  const reaching = situation.assignments.filter(({ principal }: Assignment) =>
    principal.kind === 'user' ? principal.id === userId : groups.has(principal.id),
  );
  const { precedence } = situation.content.policy.general;
  const grant = resolveGrants(reaching, { precedence, nowMs });
  if (grant.outcome !== 'granted') return undefined;
  const { validUntil } = grant.settings;
  return validUntil !== null && validUntil * 1000 <= nowMs ? undefined : flatten(grant.settings);
}

function groupsOf({ memberships, nestings }: PeopleSnapshot, userId: UserId): ReadonlySet<GroupId> {
  const groups = new Set(memberships.filter((one) => one.userId === userId).map((one) => one.groupId));
  for (const group of groups) {
    for (const { parent, child } of nestings) if (child === group) groups.add(parent);
  }
  return groups;
}
