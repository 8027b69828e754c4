import type { Assignment } from '@carrel/contract';
import type { GroupId } from '@carrel/kit';
import type { WorkspaceSituation } from '@carrel/policy';
import type { Queries, Row } from '../../database/index.ts';
import { assignmentsOf } from '../assignment-rows.ts';
import { contentOf } from '../history/revision-rows.ts';

/** A workspace as it is now: what it is and who has it. */
export async function situationOf(queries: Queries, row: Row<'workspaces'>): Promise<WorkspaceSituation> {
  return {
    content: await contentOf(queries, row),
    assignments: await assignmentsOf(queries, row.id),
  };
}

/** The groups that workspaces are assigned to in these situations. */
export function assignedGroups(situations: readonly (WorkspaceSituation | undefined)[]): GroupId[] {
  const groupOf = ({ principal }: Assignment): GroupId[] =>
    principal.kind === 'group' ? [principal.id] : [];
  return [...new Set(situations.flatMap((situation) => situation?.assignments.flatMap(groupOf) ?? []))];
}
