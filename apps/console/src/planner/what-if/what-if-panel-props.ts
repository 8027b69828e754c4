import type { Design } from '@carrel/planner';
import type { PlanDraft } from '../editing/plan-draft.ts';

/** What the cards of the tab work on. */
export interface WhatIfPanelProps {
  readonly design: Design;
  readonly isReadOnly: boolean;
  /** Makes what was tried the plan that is being written. */
  readonly onTake: (draft: PlanDraft) => void;
}
