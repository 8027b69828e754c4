import type { ExplainedGrant, ExplainedWorkspace } from '@carrel/contract';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusBadge } from '../../ui/index.ts';
import classes from './explain.module.css';

const leftOutReasons = {
  outranked: 'a grant to the person goes before it',
  expired: 'its last day is over',
} as const;

/** Every assignment that reaches the person, and through which groups. */
export function ExplainedGrants({ workspace }: { readonly workspace: ExplainedWorkspace }): ReactNode {
  return (
    <section aria-label="Assignments that reach them">
      <Text size="sm" fw={600} mb={6}>
        Assignments that reach them
      </Text>
      <ul className={classes.grants}>
        {workspace.grants.map((grant) => (
          <li key={grant.assignmentId} className={classes.grant}>
            <StatusBadge tone={grant.effect === 'allow' ? 'good' : 'bad'}>
              {grant.effect === 'allow' ? 'allowed' : 'denied'}
            </StatusBadge>
            <Text span size="sm">
              {wayOf(grant)}
            </Text>
            {grant.leftOut === null ? null : (
              <Text span size="xs" c="dimmed">
                does not count: {leftOutReasons[grant.leftOut]}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function wayOf({ principal, principalName, path }: ExplainedGrant): string {
  if (principal.kind === 'user') return 'to the person';
  return path.length > 1 ? `to ${principalName}, through ${path.join(' › ')}` : `to ${principalName}`;
}
