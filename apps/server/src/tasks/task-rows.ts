import { type Task, taskSchema } from '@carrel/contract';
import { isAppError, type TaskId } from '@carrel/kit';
import type { Queries, Row } from '../database/index.ts';
import { pageOf } from '../database/paging.ts';
import { isoTime, isoTimeOrNull, parseJson } from '../database/values.ts';

const errorSchema = taskSchema.shape.error.unwrap();
export type TaskError = NonNullable<Task['error']>;

export function taskOf(row: Row<'tasks'>): Task {
  return {
    id: row.id as TaskId,
    kind: taskSchema.shape.kind.parse(row.kind),
    title: row.title,
    state: taskSchema.shape.state.parse(row.state),
    progress: { phase: row.phase, doneBytes: row.doneBytes, totalBytes: row.totalBytes },
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
    endedAt: isoTimeOrNull(row.endedAt),
    error: row.errorJson === null ? null : parseJson(errorSchema, row.errorJson),
  };
}

/** Tasks, newest first. Ids sort by the time they were made. */
export async function listTasks(
  queries: Queries,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: Task[]; next?: string }> {
  const rows = await queries
    .selectFrom('tasks')
    .selectAll()
    .$if(page.cursor !== undefined, (select) => select.where('id', '<', page.cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, (row) => row.id, taskOf);
}

/** `undefined` when there is no such task. */
export async function findTask(queries: Queries, id: TaskId): Promise<Task | undefined> {
  const row = await queries.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
  return row && taskOf(row);
}

/** What of a failure is kept: what people are told, nothing of the inside. */
export function taskErrorOf(error: unknown): TaskError {
  if (isAppError(error)) return { code: error.code, message: error.message, remedy: error.remedy };
  return {
    code: 'INTERNAL',
    message: 'Something went wrong that should not have.',
    remedy: 'Try again; if it stays, send the server log to support.',
  };
}
