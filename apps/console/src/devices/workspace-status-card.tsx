import type { Device, WorkspaceStatus } from '@carrel/contract';
import { Group, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatTime, StatusBadge, TimeAgo } from '../ui/index.ts';
import { WorkspaceActionsMenu } from './workspace-actions-menu.tsx';
import { fetchPercent, fetchSentence, stateTone, updateSentence } from './workspace-state.ts';
import classes from './workspace-status-card.module.css';

export interface WorkspaceStatusCardProps {
  readonly status: WorkspaceStatus;
  /** The computer, where it can be told to do something with the workspace. */
  readonly device: Device | undefined;
}

/** One workspace on a computer, with everything the computer says of it. */
export function WorkspaceStatusCard({ status, device }: WorkspaceStatusCardProps): ReactNode {
  const percent = fetchPercent(status);
  return (
    <div className={classes.row}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Text fw={600} size="sm">
            {status.workspaceName}
          </Text>
          <StatusBadge tone={stateTone(status.state)}>{status.state}</StatusBadge>
          {status.isReadyOffline ? (
            <StatusBadge tone="neutral" plain>
              ready for offline use
            </StatusBadge>
          ) : null}
        </Group>
        <Group gap="sm">
          <Text size="sm" c="dimmed" component="div">
            <Details status={status} />
          </Text>
          {device ? <WorkspaceActionsMenu status={status} device={device} /> : null}
        </Group>
      </Group>
      {status.fetch === null || percent === undefined ? null : (
        <div>
          <Progress value={percent} aria-label={`${status.workspaceName}: ${percent} % fetched`} />
          <Text size="xs" c="dimmed" mt={5}>
            {percent} % · {fetchSentence(status.fetch)}
          </Text>
        </div>
      )}
      {status.update ? (
        <Text size="xs" c="dimmed">
          {updateSentence(status.update, formatTime)}
        </Text>
      ) : null}
      {status.failure === null ? null : (
        <Text size="sm" className={classes.failure} component="div">
          {status.failure.message} {status.failure.remedy} <span className="mono">{status.failure.code}</span>
        </Text>
      )}
    </div>
  );
}

function Details({ status }: { readonly status: WorkspaceStatus }): ReactNode {
  const parts: ReactNode[] = [status.userName];
  if (status.imageVersion !== null) parts.push(`image v${status.imageVersion}`);
  if (status.guestBootSeconds !== null) parts.push(`booted in ${status.guestBootSeconds.toFixed(1)} s`);
  if (status.runningSince !== null) {
    parts.push(
      <>
        started <TimeAgo time={status.runningSince} />
      </>,
    );
  }
  return parts.map((part, index) => (
    <span key={index}>
      {index === 0 ? null : ' · '}
      {part}
    </span>
  ));
}
