import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { CheapestCard } from './cheapest-card.tsx';
import { CompareCard } from './compare-card.tsx';
import { TrialCard } from './trial-card.tsx';
import type { WhatIfPanelProps } from './what-if-panel-props.ts';

/** Tries changes beside the plan, and looks for the cheapest design. */
export function WhatIfPanel(props: WhatIfPanelProps): ReactNode {
  return (
    <Stack gap="md">
      <TrialCard {...props} />
      <CheapestCard {...props} />
      <CompareCard design={props.design} />
    </Stack>
  );
}
