import {
  type Assignment,
  type AssignmentChange,
  assignmentSettingsSchema,
  type Principal,
} from '@carrel/contract';
import { diffTrees } from './diff-trees.ts';

/** What of an assignment is compared. */
export type ComparedAssignment = Pick<Assignment, 'principal' | 'principalName' | 'effect' | 'settings'>;

const nothing = { effect: undefined, settings: assignmentSettingsSchema.parse({}) };

/** What differs between two sets of assignments of one workspace, by the name of who they are for. */
export function diffAssignments(
  before: readonly ComparedAssignment[],
  after: readonly ComparedAssignment[],
): AssignmentChange[] {
  const [beforeBy, afterBy] = [byPrincipal(before), byPrincipal(after)];
  const keys = new Set([...beforeBy.keys(), ...afterBy.keys()]);
  return [...keys]
    .flatMap((key) => diffAssignment(beforeBy.get(key), afterBy.get(key)))
    .toSorted((a, b) => (a.principalName < b.principalName ? -1 : 1));
}

/** What happened to the assignment of one user or group; nothing when it is the same. */
export function diffAssignment(
  before: ComparedAssignment | undefined,
  after: ComparedAssignment | undefined,
): AssignmentChange[] {
  const present = after ?? before;
  if (!present) return [];
  const { principal, principalName } = present;
  const fields = diffTrees(comparedFields(before), comparedFields(after)).map((field) => ({
    tab: 'deployment' as const,
    ...field,
  }));
  if (fields.length === 0) return [];
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return [{ principal, principalName, change, fields }];
}

function comparedFields(assignment: ComparedAssignment | undefined): object {
  const { effect, settings } = assignment ?? nothing;
  return { ...(effect === undefined ? {} : { effect }), settings };
}

function byPrincipal(assignments: readonly ComparedAssignment[]): ReadonlyMap<string, ComparedAssignment> {
  return new Map(assignments.map((assignment) => [principalKey(assignment.principal), assignment]));
}

/** What makes two principals the same. */
export function principalKey({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}
