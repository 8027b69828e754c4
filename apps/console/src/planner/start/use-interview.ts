import type { Finding } from '@carrel/planner';
import { useCallback, useMemo, useState } from 'react';
import { z } from 'zod';
import { useFoundWriting, useKeepWriting } from '../editing/kept-writing.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { faultsOfStep, firstDraft, preparedFor, steps, withoutEmptyRows } from './interview.ts';

export interface Interview {
  readonly draft: PlanDraft;
  /** The number of the step that is asked. */
  readonly at: number;
  /** The last step that was reached. */
  readonly furthest: number;
  /** What kept somebody from going on and is still there. */
  readonly objections: readonly Finding[];
  /** How often going on was refused. */
  readonly refusals: number;
  readonly isWritten: boolean;
  /** What is there was written before this page was loaded. */
  readonly isBroughtBack: boolean;
  readonly change: (update: (draft: PlanDraft) => PlanDraft) => void;
  /** Goes to a step; forwards only as far as every step on the way is finished. */
  readonly moveTo: (step: number) => void;
  readonly beginAnew: () => void;
  /** Keeps nothing for a later visit. */
  readonly forget: () => void;
}

/** Where {@link useKeepWriting} keeps an interview. */
export const interviewPlace = 'new-plan';
const writingSchema = z.object({
  draft: z.record(z.string(), z.unknown()),
  at: z
    .int()
    .min(0)
    .max(steps.length - 1),
});

/** Where somebody is in the questions that make a plan, and what was answered. */
export function useInterview(): Interview {
  const found = useFoundWriting(interviewPlace, writingSchema);
  const [draft, setDraft] = useState<PlanDraft>(found?.draft ?? firstDraft);
  const [at, setAt] = useState(found?.at ?? 0);
  const [furthest, setFurthest] = useState(at);
  const [refused, setRefused] = useState({ paths: new Set<string>(), times: 0 });
  const isWritten = draft !== firstDraft;
  const writing = useMemo(() => (isWritten ? { draft, at } : undefined), [isWritten, draft, at]);
  const forget = useKeepWriting(interviewPlace, writing);
  const objections = useMemo(
    () =>
      refused.paths.size === 0 ? [] : faultsOfStep(draft, at).filter(({ path }) => refused.paths.has(path)),
    [refused, draft, at],
  );
  const moveTo = (step: number): void => {
    const cleaned = withoutEmptyRows(draft);
    const unfinished = steps.findIndex(
      (_, each) => each >= at && each < step && faultsOfStep(cleaned, each).length > 0,
    );
    const target = unfinished === -1 ? step : unfinished;
    const faults = unfinished === -1 ? [] : faultsOfStep(cleaned, unfinished);
    setDraft(preparedFor(target, cleaned));
    setAt(target);
    setFurthest(Math.max(furthest, target));
    setRefused({
      paths: new Set(faults.map(({ path }) => path)),
      times: refused.times + (faults.length > 0 ? 1 : 0),
    });
  };
  const change = useCallback((update: (current: PlanDraft) => PlanDraft) => setDraft(update), []);
  const beginAnew = (): void => {
    setDraft(firstDraft);
    setAt(0);
    setFurthest(0);
    setRefused({ paths: new Set(), times: 0 });
  };
  return {
    draft,
    at,
    furthest,
    objections,
    refusals: refused.times,
    isWritten,
    isBroughtBack: found !== undefined && draft === found.draft,
    change,
    moveTo,
    beginAnew,
    forget,
  };
}
