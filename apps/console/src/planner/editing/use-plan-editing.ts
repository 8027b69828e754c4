import { routes, type StoredPlan } from '@carrel/contract';
import { applyChanges, diffPlans, formatPlanPath, type PlanChange } from '@carrel/planner';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { z } from 'zod';
import { queryKeys, useChange } from '../../api/index.ts';
import { useFoundWriting, useKeepWriting } from './kept-writing.ts';
import { type PlanDraft, textOf } from './plan-draft.ts';

/** What somebody else changed while this person was writing. */
export interface PlanConflict {
  readonly theirs: readonly PlanChange[];
  /** Paths that were changed on both sides. */
  readonly contested: ReadonlySet<string>;
}

export interface PlanEditing {
  readonly draft: PlanDraft;
  readonly change: (update: (draft: PlanDraft) => PlanDraft) => void;
  readonly changes: number;
  /** They were written before this page was loaded. */
  readonly isBroughtBack: boolean;
  readonly isSaving: boolean;
  /** Why the last save failed; a conflict is in {@link conflict} instead. */
  readonly error: Error | null;
  readonly conflict: PlanConflict | undefined;
  readonly save: () => void;
  /** Saves one's own changes on top of the other person's version. */
  readonly saveOnTop: () => void;
  /** Gives up what was written and shows the newest version. */
  readonly discard: () => void;
}

const documentSchema = z.record(z.string(), z.unknown());
/** The version that was changed, and what it was changed to. */
const writingSchema = z.object({
  base: z.object({ document: documentSchema, revision: z.int() }),
  draft: documentSchema,
});

interface Base {
  readonly document: PlanDraft;
  readonly revision: number;
}

/**
 * Writing of a plan that others may change at the same time. Without changes here the page follows theirs; with
 * changes it waits for a decision.
 *
 * @param newest the version the server has now
 */
export function usePlanEditing(newest: StoredPlan): PlanEditing {
  const queryClient = useQueryClient();
  const place = `plan.${newest.id}`;
  const found = useFoundWriting(place, writingSchema);
  const [base, setBase] = useState<Base>(found?.base ?? baseOf(newest));
  const [draft, setDraft] = useState<PlanDraft>(found?.draft ?? base.document);
  const changes = useMemo(() => diffPlans(base.document, draft), [base, draft]);
  const isDirty = changes.length > 0;
  const writing = useMemo(() => (isDirty ? { base, draft } : undefined), [isDirty, base, draft]);
  useKeepWriting(place, writing);
  const adopt = (plan: StoredPlan): void => {
    setBase(baseOf(plan));
    setDraft(plan.document);
  };
  const saving = useChange(routes.changePlan, {
    invalidates: [queryKeys.plans],
    onDone: (saved) => {
      queryClient.setQueryData([...queryKeys.plans, newest.id], saved);
      adopt(saved);
    },
  });
  const isBehind = newest.revision > base.revision;
  useEffect(() => {
    if (isBehind && !isDirty) adopt(newest);
  });
  const conflict = useMemo(
    () => (isBehind && isDirty ? conflictOf(base, newest, changes) : undefined),
    [isBehind, isDirty, base, newest, changes],
  );
  const change = useCallback((update: (current: PlanDraft) => PlanDraft) => setDraft(update), []);
  const send = (document: PlanDraft, revision: number): void =>
    saving.mutate({
      params: { planId: newest.id },
      body: { document: { ...document, name: textOf(document, 'name') } },
      revision,
    });
  return {
    draft,
    change,
    changes: changes.length,
    isBroughtBack: draft === found?.draft,
    isSaving: saving.isPending,
    error: conflict ? null : saving.error,
    conflict,
    save: () => send(draft, base.revision),
    saveOnTop: () => {
      const merged = applyChanges(newest.document, changes) as PlanDraft;
      setBase(baseOf(newest));
      setDraft(merged);
      send(merged, newest.revision);
    },
    discard: () => {
      saving.reset();
      adopt(newest);
    },
  };
}

function baseOf(plan: StoredPlan): Base {
  return { document: plan.document, revision: plan.revision };
}

function conflictOf(base: Base, newest: StoredPlan, mine: readonly PlanChange[]): PlanConflict {
  const theirs = diffPlans(base.document, newest.document);
  const paths = new Set(mine.map(({ path }) => formatPlanPath(path)));
  return {
    theirs,
    contested: new Set(theirs.map(({ path }) => formatPlanPath(path)).filter((path) => paths.has(path))),
  };
}
