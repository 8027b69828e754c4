import { fail, type StoredPlan } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { diffPlans, type Plan, type PlanChange } from '@carrel/planner';
import { isUniqueViolation, type Row, type Transaction } from '../database/index.ts';
import { planChangedSince } from './changed-since.ts';
import { planNameKey, planOf, requirePlanRow } from './plan-rows.ts';

/** Who saves, and when. */
export interface Authorship {
  readonly author: string;
  readonly nowMs: number;
}

/** A plan as it was saved, and what that changed. */
export interface SavedPlan {
  readonly plan: StoredPlan;
  readonly changes: readonly PlanChange[];
}

/** As many former revisions of a plan as are kept. */
const keptRevisions = 20;

/** @throws {NAME_TAKEN} */
export async function insertPlan(
  transaction: Transaction,
  document: Plan,
  { author, nowMs }: Authorship,
  randomBytes: (count: number) => Uint8Array,
): Promise<StoredPlan> {
  const id = createId<'plan'>(nowMs, randomBytes(10));
  const row = await storing(document, () =>
    transaction
      .insertInto('plans')
      .values({
        id,
        ...columnsOf(document, { author, nowMs }),
        revision: 1,
        createdAt: nowMs,
        createdBy: author,
      })
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
  return planOf(row);
}

/**
 * Stores a change as the next revision.
 *
 * @param revision the one the change is based on
 * @throws {PLAN_CHANGED} somebody saved in between; says what they changed
 * @throws {NOT_FOUND}
 * @throws {NAME_TAKEN}
 */
export async function updatePlan(
  transaction: Transaction,
  planId: string,
  revision: number,
  document: Plan,
  authorship: Authorship,
): Promise<SavedPlan> {
  const before = await requirePlanRow(transaction, planId);
  const row =
    before.revision === revision
      ? await storing(document, () => replace(transaction, before, document, authorship))
      : undefined;
  if (!row) throw await planChangedSince(transaction, planId, revision);
  await keepRevision(transaction, before);
  const plan = planOf(row);
  return { plan, changes: diffPlans(planOf(before).document, plan.document) };
}

/**
 * @returns its name
 * @throws {NOT_FOUND}
 */
export async function deletePlan(transaction: Transaction, planId: string): Promise<string> {
  const row = await transaction
    .deleteFrom('plans')
    .where('id', '=', planId)
    .returning('name')
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'plan', id: planId });
  return row.name;
}

/** `undefined` where somebody else was faster. */
function replace(
  transaction: Transaction,
  { id, revision }: Row<'plans'>,
  document: Plan,
  authorship: Authorship,
): Promise<Row<'plans'> | undefined> {
  return transaction
    .updateTable('plans')
    .set({ ...columnsOf(document, authorship), revision: revision + 1 })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .returningAll()
    .executeTakeFirst();
}

async function keepRevision(transaction: Transaction, { id, revision, documentJson }: Row<'plans'>) {
  await transaction.insertInto('planRevisions').values({ planId: id, revision, documentJson }).execute();
  await transaction
    .deleteFrom('planRevisions')
    .where('planId', '=', id)
    .where('revision', '<=', revision - keptRevisions)
    .execute();
}

function columnsOf(document: Plan, { author, nowMs }: Authorship) {
  return {
    name: document.name,
    nameKey: planNameKey(document.name),
    description: document.description,
    documentJson: JSON.stringify(document),
    updatedAt: nowMs,
    updatedBy: author,
  };
}

async function storing<T>({ name }: Plan, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    if (isUniqueViolation(error)) throw fail('NAME_TAKEN', { kind: 'plan', name }, error);
    throw error;
  }
}
