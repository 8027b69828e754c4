import { routes } from '@carrel/contract';
import { useNavigate } from '@tanstack/react-router';
import { queryKeys, useChange } from '../api/index.ts';
import { type PlanDraft, textOf } from './editing/plan-draft.ts';
import type { PlanTab } from './plan-tabs.ts';

/**
 * Keeps a new plan and goes to it.
 *
 * @param onKept told before it is gone to
 */
export function useNewPlan(tab: PlanTab, onKept?: () => void) {
  const navigate = useNavigate();
  const create = useChange(routes.createPlan, {
    invalidates: [queryKeys.plans],
    onDone: ({ id }) => {
      onKept?.();
      void navigate({
        to: '/planner/$planId',
        params: { planId: id },
        search: { tab },
        ignoreBlocker: true,
      });
    },
  });
  return {
    isPending: create.isPending,
    error: create.error,
    reset: create.reset,
    create: (draft: PlanDraft) =>
      create.mutate({ body: { document: { ...draft, name: textOf(draft, 'name') } } }),
  };
}
