import type { FieldChange, HistoryEntry, WorkspaceRevision } from '@carrel/contract';
import { diffWorkspaces, summarizeAssignmentChanges, summarizeChanges } from '@carrel/policy';
import type { Queries, Row } from '../../database/index.ts';
import { invalidCursor } from '../../database/paging.ts';
import { isoTime } from '../../database/values.ts';
import { parseAssignmentChanges } from './changed-since.ts';
import { revisionsOf } from './revision-rows.ts';

/** Where a page begins: after this entry. */
interface Cursor {
  readonly timeMs: number;
  readonly kind: HistoryEntry['kind'];
  readonly revision: number;
}

/** What was saved in the same millisecond: who has a workspace comes after the workspace, so newest first before it. */
const rankOf: Readonly<Record<HistoryEntry['kind'], number>> = { workspace: 0, assignments: 1 };

/**
 * The history of a workspace, newest first: one entry more than the page holds.
 *
 * @throws {REQUEST_INVALID} the cursor is not one of ours
 */
export async function listHistory(
  queries: Queries,
  workspaceId: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<HistoryEntry[]> {
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const workspaces = await rowsBefore(queries, 'workspaceRevisions', workspaceId, after, limit + 1);
  const assignments = await rowsBefore(queries, 'assignmentRevisions', workspaceId, after, limit + 1);
  const entries = [...(await workspaceEntries(queries, workspaces)), ...assignments.map(assignmentEntry)];
  return entries
    .toSorted(
      (a, b) =>
        Date.parse(b.time) - Date.parse(a.time) || rankOf[b.kind] - rankOf[a.kind] || b.revision - a.revision,
    )
    .slice(0, limit + 1);
}

/** The cursor that the page after this entry begins with. */
export function historyCursor({ time, kind, revision }: HistoryEntry): string {
  return `${Date.parse(time)}-${kind}-${revision}`;
}

function parseCursor(text: string): Cursor {
  const match = /^(\d{1,15})-(workspace|assignments)-(\d{1,9})$/.exec(text);
  if (!match) throw invalidCursor();
  const kind = match[2] === 'workspace' ? 'workspace' : 'assignments';
  return { timeMs: Number(match[1]), kind, revision: Number(match[3]) };
}

async function rowsBefore<Table extends 'workspaceRevisions' | 'assignmentRevisions'>(
  queries: Queries,
  table: Table,
  workspaceId: string,
  after: Cursor | undefined,
  limit: number,
): Promise<Row<Table>[]> {
  const rank = rankOf[table === 'workspaceRevisions' ? 'workspace' : 'assignments'];
  const rows = await queries
    .selectFrom<'workspaceRevisions' | 'assignmentRevisions'>(table)
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .$if(after !== undefined, (select) =>
      select.where((where) => {
        const { timeMs = 0, kind = 'workspace', revision = 0 } = after ?? {};
        const earlier = where('updatedAt', '<', timeMs);
        if (rank > rankOf[kind]) return earlier;
        const sameTime = where('updatedAt', '=', timeMs);
        if (rank < rankOf[kind]) return where.or([earlier, sameTime]);
        return where.or([earlier, where.and([sameTime, where('revision', '<', revision)])]);
      }),
    )
    .orderBy('revision', 'desc')
    .limit(limit)
    .execute();
  return rows as Row<Table>[];
}

/** Each row compared with the revision before it. */
async function workspaceEntries(
  queries: Queries,
  rows: readonly Row<'workspaceRevisions'>[],
): Promise<HistoryEntry[]> {
  const [newest, oldest] = [rows[0], rows.at(-1)];
  if (!newest || !oldest) return [];
  const before = await queries
    .selectFrom('workspaceRevisions')
    .selectAll()
    .where('workspaceId', '=', oldest.workspaceId)
    .where('revision', '=', oldest.revision - 1)
    .execute();
  const revisions = await revisionsOf(queries, [...rows, ...before]);
  return revisions.slice(0, rows.length).map((revision, at) => workspaceEntry(revision, revisions[at + 1]));
}

function workspaceEntry(revision: WorkspaceRevision, before: WorkspaceRevision | undefined): HistoryEntry {
  const { author, time, origin } = revision;
  const changes = before ? diffWorkspaces(before.content, revision.content) : [];
  const summary = summaryOf(revision, changes);
  return { kind: 'workspace', revision: revision.revision, author, time, origin, summary, changes };
}

function summaryOf({ revision, origin }: WorkspaceRevision, changes: readonly FieldChange[]): string {
  const fields = revision === 1 ? '' : summarizeChanges(changes);
  switch (origin.kind) {
    case 'edited':
      return revision === 1 ? 'Made' : fields;
    case 'cloned':
      return `Cloned from ${origin.name}`;
    case 'imported':
      return revision === 1 ? 'Made by an import' : `Imported: ${fields}`;
    case 'restored':
      return `Revision ${origin.revision} restored: ${fields}`;
  }
}

function assignmentEntry(row: Row<'assignmentRevisions'>): HistoryEntry {
  const assignments = parseAssignmentChanges(row.changesJson);
  return {
    kind: 'assignments',
    revision: row.revision,
    author: row.updatedBy,
    time: isoTime(row.updatedAt),
    summary: summarizeAssignmentChanges(assignments),
    assignments,
  };
}
