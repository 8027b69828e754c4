import type { WorkspaceStatus } from '@carrel/contract';
import { Group, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusBadge } from '../ui/index.ts';
import { fetchPercent, stateTone } from './workspace-state.ts';

/** One workspace on a device in one line: whose, its state, and how far a fetch is. */
export function WorkspaceStatusLine({ status }: { readonly status: WorkspaceStatus }): ReactNode {
  const percent = fetchPercent(status);
  return (
    <Group gap={8} wrap="wrap" justify="flex-start">
      <StatusBadge tone={stateTone(status.state)}>
        {status.state}
        {status.state === 'fetching' && percent !== undefined ? ` ${percent} %` : ''}
      </StatusBadge>
      <Text span size="sm">
        {status.workspaceName}{' '}
        <Text span size="xs" c="dimmed">
          {status.userName}
        </Text>
      </Text>
      {percent === undefined || percent === 100 ? null : (
        <Progress
          value={percent}
          w={72}
          size="sm"
          aria-label={`${status.workspaceName}: ${percent} % of the image is here`}
        />
      )}
    </Group>
  );
}
