import type { Assignment, WorkspacePolicy } from '@carrel/contract';
import { resolveGrants } from '../grants/resolve-grants.ts';
import { flatten } from './json-tree.ts';
import type { People, PeopleSet } from './people.ts';

type Precedence = WorkspacePolicy['general']['precedence'];

/** Who has a workspace, as far as its assignments say. */
export interface GrantedTo {
  readonly precedence: Precedence;
  readonly assignments: readonly Assignment[];
}

/** What somebody has of a workspace: the settings of all their grants together by path, or nothing. */
export type Holding = ReadonlyMap<string, unknown> | undefined;

/** Who holds a workspace. What people hold is worked out once for each combination of grants, not for each of them. */
export interface Holdings {
  /** Names the combination of grants that reaches somebody: equal for people who hold the same. */
  combinationOf(index: number): string;
  /** What people with this combination hold: `undefined` without a grant, when denied, or after the last day. */
  holdingOf(combination: string): Holding;
}

interface GroupGrant {
  readonly number: number;
  readonly members: PeopleSet;
}

export function createHoldings(people: People, granted: GrantedTo, nowMs: number): Holdings {
  const numbers = new Map<string, number>();
  const examples: Assignment[] = [];
  const own = new Map<number, number>();
  const groups: GroupGrant[] = [];
  for (const assignment of granted.assignments) {
    const number = numberOf(assignment, numbers, examples);
    const { principal } = assignment;
    if (principal.kind === 'group') groups.push({ number, members: people.membersOf(principal.id) });
    else {
      const index = people.indexOf(principal.id);
      if (index !== undefined) own.set(index, number);
    }
  }
  const known = new Map<string, { readonly holding: Holding }>();
  return {
    combinationOf: (index) => combination(index, own, groups),
    holdingOf: (key) => {
      const found = known.get(key) ?? { holding: resolve(key, examples, granted.precedence, nowMs) };
      known.set(key, found);
      return found.holding;
    },
  };
}

/**
 * The number of an assignment in combinations. People's own share one where they say the same, since each has only one
 * of their own; those of groups do not, because among several the id decides which is named, and which check runs.
 */
function numberOf(assignment: Assignment, numbers: Map<string, number>, examples: Assignment[]): number {
  const { id, principal, effect, settings } = assignment;
  const key = principal.kind === 'group' ? id : `${effect} ${JSON.stringify(settings)}`;
  const number = numbers.get(key) ?? examples.length;
  if (number === examples.length) {
    numbers.set(key, number);
    examples.push(assignment);
  }
  return number;
}

/** The numbers of the grants that reach somebody, in order. */
function combination(index: number, own: ReadonlyMap<number, number>, groups: readonly GroupGrant[]): string {
  let names = String(own.get(index) ?? '');
  for (const { number, members } of groups) if (members[index] === 1) names += ` ${number}`;
  return names.trim();
}

function resolve(
  key: string,
  examples: readonly Assignment[],
  precedence: Precedence,
  nowMs: number,
): Holding {
  const numbers = key === '' ? [] : key.split(' ').map(Number);
  const grants = numbers.flatMap((number) => examples[number] ?? []);
  const grant = resolveGrants(grants, { precedence, nowMs });
  if (grant.outcome !== 'granted') return undefined;
  const { validUntil } = grant.settings;
  return validUntil === null || validUntil * 1000 > nowMs ? flatten(grant.settings) : undefined;
}

/** Adds to a set of people. */
export function unite(target: PeopleSet, others: PeopleSet): void {
  for (let index = 0; index < target.length; index += 1) {
    if (others[index] === 1) target[index] = 1;
  }
}
