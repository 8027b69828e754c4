import type { GroupId, UserId } from '@carrel/kit';

/** Users, groups and who is in what, as a database has them. */
export interface PeopleSnapshot {
  /** People who can use anything at all: not those who are disabled. */
  readonly users: readonly { readonly id: UserId; readonly name: string }[];
  readonly memberships: readonly { readonly groupId: GroupId; readonly userId: UserId }[];
  /** `child` is a member of `parent`. */
  readonly nestings: readonly { readonly parent: GroupId; readonly child: GroupId }[];
}

/** Who is directly in one group. */
export interface GroupMembers {
  readonly userIds: readonly UserId[];
  readonly groupIds: readonly GroupId[];
}

/** A set of people: 1 at the index of each. */
export type PeopleSet = Uint8Array;

/**
 * An index of people that answers who is in a group at any depth. People are numbered by name, so that sets of them are
 * small and come out in order. Immutable; what it works out it keeps.
 */
export interface People {
  readonly count: number;
  nameOf(index: number): string;
  indexOf(userId: UserId): number | undefined;
  /** Everybody in the group, nested groups included. Groups that contain each other do no harm. */
  membersOf(groupId: GroupId): PeopleSet;
  /** The group and every group that contains it, at any depth. */
  containing(groupId: GroupId): readonly GroupId[];
  /** The same people with other members of one group. */
  withMembers(groupId: GroupId, members: GroupMembers): People;
}

interface Graph {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<UserId, number>;
  readonly usersIn: (groupId: GroupId) => readonly number[];
  readonly groupsIn: (groupId: GroupId) => readonly GroupId[];
  readonly groupsAround: (groupId: GroupId) => readonly GroupId[];
}

export function createPeople({ users, memberships, nestings }: PeopleSnapshot): People {
  const sorted = users.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const indexOf = new Map(sorted.map((user, index) => [user.id, index]));
  const usersIn = new Map<GroupId, number[]>();
  for (const { groupId, userId } of memberships) {
    const index = indexOf.get(userId);
    if (index !== undefined) listAt(usersIn, groupId).push(index);
  }
  const groupsIn = new Map<GroupId, GroupId[]>();
  const groupsAround = new Map<GroupId, GroupId[]>();
  for (const { parent, child } of nestings) {
    listAt(groupsIn, parent).push(child);
    listAt(groupsAround, child).push(parent);
  }
  return peopleOf({
    names: sorted.map((user) => user.name),
    indexOf,
    usersIn: (groupId) => usersIn.get(groupId) ?? [],
    groupsIn: (groupId) => groupsIn.get(groupId) ?? [],
    groupsAround: (groupId) => groupsAround.get(groupId) ?? [],
  });
}

function peopleOf(graph: Graph): People {
  const known = new Map<GroupId, PeopleSet>();
  return {
    count: graph.names.length,
    nameOf: (index) => graph.names[index] ?? '',
    indexOf: (userId) => graph.indexOf.get(userId),
    membersOf: (groupId) => {
      const members = known.get(groupId) ?? collectMembers(graph, groupId);
      known.set(groupId, members);
      return members;
    },
    containing: (groupId) => reach(groupId, graph.groupsAround),
    withMembers: (groupId, members) => peopleOf(replaceMembers(graph, groupId, members)),
  };
}

function collectMembers(graph: Graph, groupId: GroupId): PeopleSet {
  const members = new Uint8Array(graph.names.length);
  for (const group of reach(groupId, graph.groupsIn)) {
    for (const index of graph.usersIn(group)) members[index] = 1;
  }
  return members;
}

function replaceMembers(graph: Graph, groupId: GroupId, { userIds, groupIds }: GroupMembers): Graph {
  const users = userIds.flatMap((userId) => graph.indexOf.get(userId) ?? []);
  const children = new Set(groupIds);
  return {
    ...graph,
    usersIn: (group) => (group === groupId ? users : graph.usersIn(group)),
    groupsIn: (group) => (group === groupId ? groupIds : graph.groupsIn(group)),
    groupsAround: (group) => {
      const others = graph.groupsAround(group).filter((parent) => parent !== groupId);
      return children.has(group) ? [...others, groupId] : others;
    },
  };
}

function reach(start: GroupId, next: (groupId: GroupId) => readonly GroupId[]): GroupId[] {
  const reached = new Set([start]);
  // A Set takes in what is added while it is walked.
  for (const group of reached) for (const other of next(group)) reached.add(other);
  return [...reached];
}

function listAt<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const present = lists.get(key);
  if (present) return present;
  const made: Item[] = [];
  lists.set(key, made);
  return made;
}
