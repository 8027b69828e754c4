import type { Design } from '@carrel/planner';
import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { CheapestCard } from './cheapest-card.tsx';
import { TrialCard } from './trial-card.tsx';

export interface WhatIfPanelProps {
  readonly design: Design;
  readonly isReadOnly: boolean;
  /** Makes what was tried the plan that is being written. */
  readonly onTake: (draft: PlanDraft) => void;
}

/** Tries changes beside the plan, and looks for the cheapest design. */
export function WhatIfPanel(props: WhatIfPanelProps): ReactNode {
  return (
    <Stack gap="md">
      <TrialCard {...props} />
      <CheapestCard {...props} />
    </Stack>
  );
}
