import { routes } from '@carrel/contract';
import { useNavigate } from '@tanstack/react-router';
import { queryKeys, useChange } from '../api/index.ts';
import { type PlanDraft, textOf } from './editing/plan-draft.ts';
import type { PlanTab } from './plan-tabs.ts';

/** Keeps a new plan and goes to it. */
export function useNewPlan(tab: PlanTab) {
  const navigate = useNavigate();
  const create = useChange(routes.createPlan, {
    invalidates: [queryKeys.plans],
    onDone: ({ id }) =>
      void navigate({
        to: '/planner/$planId',
        params: { planId: id },
        search: { tab },
        ignoreBlocker: true,
      }),
  });
  return {
    isPending: create.isPending,
    error: create.error,
    reset: create.reset,
    create: (draft: PlanDraft) =>
      create.mutate({ body: { document: { ...draft, name: textOf(draft, 'name') } } }),
  };
}
