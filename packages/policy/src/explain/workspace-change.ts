import type { Assignment, Principal, WorkspaceEffect } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import { principalKey } from './diff-assignments.ts';
import type { ComparedWorkspace } from './diff-workspaces.ts';
import { unite } from './holdings.ts';
import { isSame } from './json-tree.ts';
import type { People, PeopleSet } from './people.ts';

/** A workspace at one time: what it is, and who has it. */
export interface WorkspaceSituation {
  readonly content: ComparedWorkspace;
  readonly assignments: readonly Assignment[];
}

/** A workspace before and after a change; on one side absent when it is made or deleted. */
export interface WorkspaceChange {
  readonly workspaceId: WorkspaceEffect['workspaceId'] | WorkspaceId;
  readonly before: WorkspaceSituation | undefined;
  readonly after: WorkspaceSituation | undefined;
}

/**
 * Everybody for whom the change can make a difference: those reached by an assignment that differs, or by any when the
 * workspace comes, goes, or is itself another. Others are not looked at.
 */
export function touchedBy({ before: old, after: made }: WorkspaceChange, people: People): PeopleSet {
  const touched = new Uint8Array(people.count);
  const isWhole = !old || !made || !isSame(old.content, made.content);
  const oldBy = byPrincipal(old?.assignments ?? []);
  const madeBy = byPrincipal(made?.assignments ?? []);
  for (const [key, { principal }] of [...oldBy, ...madeBy]) {
    if (isWhole || !saysTheSame(oldBy.get(key), madeBy.get(key))) mark(touched, principal, people);
  }
  return touched;
}

function saysTheSame(a: Assignment | undefined, b: Assignment | undefined): boolean {
  return a?.effect === b?.effect && isSame(a?.settings, b?.settings);
}

function mark(touched: PeopleSet, principal: Principal, people: People): void {
  if (principal.kind === 'group') unite(touched, people.membersOf(principal.id));
  else {
    const index = people.indexOf(principal.id);
    if (index !== undefined) touched[index] = 1;
  }
}

function byPrincipal(assignments: readonly Assignment[]): ReadonlyMap<string, Assignment> {
  return new Map(assignments.map((assignment) => [principalKey(assignment.principal), assignment]));
}
