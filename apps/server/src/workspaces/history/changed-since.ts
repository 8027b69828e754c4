import { type AssignmentChange, assignmentChangeSchema, type FieldChange, fail } from '@carrel/contract';
import type { ErrorDetailRow } from '@carrel/kit';
import {
  describeAssignmentChange,
  describeValue,
  diffWorkspaces,
  fieldOf,
  workspaceTabLabels,
} from '@carrel/policy';
import { z } from 'zod';
import type { Queries } from '../../database/index.ts';
import { parseJson } from '../../database/values.ts';
import { findWorkspaceRow } from '../workspace-rows.ts';
import { contentOf, findRevision } from './revision-rows.ts';

/** As many changes as an error tells. */
const toldChanges = 100;

/** Why a change based on a revision cannot be saved: what others changed since, or that the workspace is gone. */
export async function changedSince(queries: Queries, workspaceId: string, revision: number): Promise<Error> {
  const current = await findWorkspaceRow(queries, workspaceId);
  if (!current) return fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  const base = await findRevision(queries, workspaceId, revision);
  const changes = base ? diffWorkspaces(base.content, await contentOf(queries, current)) : [];
  return fail('WORKSPACE_CHANGED', {
    author: current.updatedBy,
    currentVersion: current.revision,
    changes: changes.slice(0, toldChanges).map(fieldRow),
  });
}

/** Why a change of assignments based on a revision of them cannot be made: what others changed since. */
export async function assignmentsChangedSince(
  queries: Queries,
  workspaceId: string,
  revision: number,
  currentVersion: number,
): Promise<Error> {
  const rows = await queries
    .selectFrom('assignmentRevisions')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('revision', '>', revision)
    .orderBy('revision')
    .execute();
  const changes = rows.flatMap((row) => parseAssignmentChanges(row.changesJson));
  return fail('ASSIGNMENTS_CHANGED', {
    author: rows.at(-1)?.updatedBy ?? 'somebody',
    currentVersion,
    changes: changes.slice(0, toldChanges).map(assignmentRow),
  });
}

/** What a revision of the assignments changed, from the database. */
export function parseAssignmentChanges(json: string): AssignmentChange[] {
  return parseJson(z.array(assignmentChangeSchema), json);
}

function fieldRow({ tab, path, before, after }: FieldChange): ErrorDetailRow {
  return {
    tab: workspaceTabLabels[tab],
    field: fieldOf(path),
    path,
    before: describeValue(before),
    after: describeValue(after),
  };
}

function assignmentRow(change: AssignmentChange): ErrorDetailRow {
  return {
    tab: workspaceTabLabels.deployment,
    principalKind: change.principal.kind,
    principalName: change.principalName,
    change: describeAssignmentChange(change),
  };
}
