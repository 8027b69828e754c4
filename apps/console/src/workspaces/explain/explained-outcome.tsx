import type { ExplainedWorkspace, Explanation } from '@carrel/contract';
import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusBadge, type Tone } from '../../ui/index.ts';
import { grantNames } from './grant-names.ts';

export interface ExplainedOutcomeProps {
  readonly user: Explanation['user'];
  readonly workspace: ExplainedWorkspace;
}

const tones: Readonly<Record<ExplainedWorkspace['outcome'], Tone>> = {
  granted: 'good',
  denied: 'bad',
  expired: 'warn',
  none: 'neutral',
};

/** Whether the person may use the workspace, in a sentence. */
export function ExplainedOutcome({ user, workspace }: ExplainedOutcomeProps): ReactNode {
  const isUsable = workspace.outcome === 'granted' && !user.isDisabled;
  return (
    <Group gap="sm">
      <StatusBadge
        tone={isUsable ? 'good' : tones[workspace.outcome === 'granted' ? 'denied' : workspace.outcome]}
      >
        {isUsable ? 'may use it' : 'may not use it'}
      </StatusBadge>
      <Text size="sm">{sentence({ user, workspace })}</Text>
    </Group>
  );
}

function sentence({ user, workspace }: ExplainedOutcomeProps): string {
  const { displayName } = user;
  if (user.isDisabled) return `${displayName} is disabled, so nothing that is granted counts.`;
  switch (workspace.outcome) {
    case 'granted':
      return workspace.precedence === 'user' &&
        workspace.grants.some((grant) => grant.leftOut === 'outranked')
        ? `${displayName} has it. Here a grant to the person goes before grants to groups.`
        : `${displayName} has it. Of several grants, the most generous value of each setting counts.`;
    case 'denied':
      return `${displayName} is denied it by ${grantNames(workspace, workspace.deniedBy)}; a denial beats every grant.`;
    case 'expired':
      return `${displayName} had it, and its last day is over.`;
    case 'none':
      return `No assignment reaches ${displayName}.`;
  }
}
