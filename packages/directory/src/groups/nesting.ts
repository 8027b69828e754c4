import type { GroupId } from '@carrel/kit';

/** `child` is a member of `parent`. */
export interface Nesting {
  readonly parent: GroupId;
  readonly child: GroupId;
}

/** The groups given and every group that contains one of them, at any depth. Cycles do no harm. */
export function withContainingGroups(direct: readonly GroupId[], nestings: readonly Nesting[]): GroupId[] {
  const parentsOf = index(nestings, 'child', 'parent');
  return reach(direct, parentsOf);
}

/** Whether giving the group these children would put it inside itself. */
export function wouldContainItself(
  group: GroupId,
  children: readonly GroupId[],
  nestings: readonly Nesting[],
): boolean {
  const childrenOf = index(
    nestings.filter((nesting) => nesting.parent !== group),
    'parent',
    'child',
  );
  return reach(children, childrenOf).includes(group);
}

function index(
  nestings: readonly Nesting[],
  from: keyof Nesting,
  to: keyof Nesting,
): ReadonlyMap<GroupId, GroupId[]> {
  const found = new Map<GroupId, GroupId[]>();
  for (const nesting of nestings) {
    const targets = found.get(nesting[from]);
    if (targets) targets.push(nesting[to]);
    else found.set(nesting[from], [nesting[to]]);
  }
  return found;
}

function reach(start: readonly GroupId[], next: ReadonlyMap<GroupId, GroupId[]>): GroupId[] {
  const reached = new Set<GroupId>(start);
  // A Set takes in what is added while it is walked.
  for (const group of reached) for (const other of next.get(group) ?? []) reached.add(other);
  return [...reached];
}
