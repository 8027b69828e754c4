import type { AffectedPeople, Effect, FieldChange, WorkspaceEffect } from '@carrel/contract';
import type { GroupId } from '@carrel/kit';
import { diffWorkspaces } from './diff-workspaces.ts';
import { createHoldings, type Holding, type Holdings, unite } from './holdings.ts';
import { isSame } from './json-tree.ts';
import type { GroupMembers, People, PeopleSet } from './people.ts';
import { touchedBy, type WorkspaceChange, type WorkspaceSituation } from './workspace-change.ts';

/** How many people of each kind are named. */
const namedPeople = 10;

/** A change of who is in a group, and the workspaces that are assigned to it or to groups around it. */
export interface GroupChange {
  readonly groupId: GroupId;
  readonly members: GroupMembers;
  readonly workspaces: readonly {
    readonly workspaceId: WorkspaceEffect['workspaceId'];
    readonly situation: WorkspaceSituation;
  }[];
}

/**
 * What changes of workspaces and of who has them do to people. Only people whom a change can touch are looked at, and
 * what they hold is worked out once for each combination of grants.
 *
 * @param nowMs what has expired by then counts for nothing
 */
export function effectOfChanges(people: People, changes: readonly WorkspaceChange[], nowMs: number): Effect {
  return gather(
    people,
    changes.map((change) => compare(change, people, people, touchedBy(change, people), nowMs)),
  );
}

/** What other members of a group do to people: only those who come into the group or leave it are looked at. */
export function effectOfGroupChange(people: People, change: GroupChange, nowMs: number): Effect {
  const { groupId, members, workspaces } = change;
  const after = people.withMembers(groupId, members);
  const touched = people.membersOf(groupId).map((was, index) => was ^ (after.membersOf(groupId)[index] ?? 0));
  return gather(
    people,
    workspaces.map(({ workspaceId, situation }) =>
      compare({ workspaceId, before: situation, after: situation }, people, after, touched, nowMs),
    ),
  );
}

interface Compared {
  readonly effect: WorkspaceEffect;
  readonly affected: PeopleSet;
}

/** People with the same grants before and the same grants after. */
interface Cohort {
  readonly before: Holding;
  readonly after: Holding;
  readonly members: number[];
}

function compare(
  change: WorkspaceChange,
  before: People,
  after: People,
  touched: PeopleSet,
  nowMs: number,
): Compared {
  const cohorts = cohortsOf(
    touched,
    holdingsOf(before, change.before, nowMs),
    holdingsOf(after, change.after, nowMs),
  );
  const fields: FieldChange[] =
    change.before && change.after ? diffWorkspaces(change.before.content, change.after.content) : [];
  const tally = tallyOf(cohorts);
  const kept = fields.length === 0 ? [] : tally.kept;
  const affected = new Uint8Array(before.count);
  for (const list of [tally.gained, tally.lost, kept, ...tally.settings.map((one) => one.members)]) {
    for (const index of list) affected[index] = 1;
  }
  return {
    affected,
    effect: {
      workspaceId: change.workspaceId,
      name: (change.after ?? change.before)?.content.name ?? '',
      gained: named(before, tally.gained),
      lost: named(before, tally.lost),
      settings: tally.settings
        .toSorted((a, b) => b.members.length - a.members.length || (a.setting < b.setting ? -1 : 1))
        .map(({ members, ...setting }) => ({ ...setting, users: named(before, members) })),
      fields: { changes: fields, users: named(before, kept) },
    },
  };
}

function holdingsOf(people: People, situation: WorkspaceSituation | undefined, nowMs: number): Holdings {
  const precedence = situation?.content.policy.general.precedence ?? 'least-restrictive';
  return createHoldings(people, { precedence, assignments: situation?.assignments ?? [] }, nowMs);
}

function cohortsOf(touched: PeopleSet, before: Holdings, after: Holdings): Cohort[] {
  const cohorts = new Map<string, Cohort>();
  for (let index = 0; index < touched.length; index += 1) {
    if (touched[index] !== 1) continue;
    const [was, is] = [before.combinationOf(index), after.combinationOf(index)];
    const key = `${was}/${is}`;
    const present = cohorts.get(key);
    if (present) present.members.push(index);
    else cohorts.set(key, { before: before.holdingOf(was), after: after.holdingOf(is), members: [index] });
  }
  return [...cohorts.values()];
}

interface SettingTally {
  readonly setting: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly members: number[];
}

function tallyOf(cohorts: readonly Cohort[]) {
  const gained: number[] = [];
  const lost: number[] = [];
  const kept: number[] = [];
  const settings = new Map<string, SettingTally>();
  for (const { before, after, members } of cohorts) {
    if (!before && after) append(gained, members);
    if (before && !after) append(lost, members);
    if (!before || !after) continue;
    append(kept, members);
    for (const change of settingChanges(before, after)) {
      const key = JSON.stringify([change.setting, change.before, change.after]);
      const present = settings.get(key) ?? { ...change, members: [] };
      append(present.members, members);
      settings.set(key, present);
    }
  }
  return { gained, lost, kept, settings: [...settings.values()] };
}

function settingChanges(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): Omit<SettingTally, 'members'>[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((setting) => {
    const change = { setting, before: before.get(setting), after: after.get(setting) };
    return isSame(change.before, change.after) ? [] : [change];
  });
}

function append(list: number[], others: readonly number[]): void {
  for (const one of others) list.push(one);
}

function named(people: People, indices: readonly number[]): AffectedPeople {
  // People are numbered by name.
  const first = indices.toSorted((a, b) => a - b).slice(0, namedPeople);
  return { count: indices.length, names: first.map((index) => people.nameOf(index)) };
}

function gather(people: People, compared: readonly Compared[]): Effect {
  const all = new Uint8Array(people.count);
  for (const { affected } of compared) unite(all, affected);
  const indices = [...all.keys()].filter((index) => all[index] === 1);
  return {
    workspaces: compared.map(({ effect }) => effect).filter(isAny),
    users: named(people, indices),
  };
}

function isAny({ gained, lost, settings, fields }: WorkspaceEffect): boolean {
  return gained.count + lost.count + settings.length + fields.changes.length > 0;
}
