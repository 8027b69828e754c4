import { type Device, type DeviceAction, routes } from '@carrel/contract';
import { Button, Text } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { queryKeys, useApi, useChange, usePages } from '../api/index.ts';
import {
  Card,
  DataTable,
  formatTime,
  ProblemAlert,
  StatusBadge,
  type TableColumn,
  TimeAgo,
} from '../ui/index.ts';
import { actionLabel, actionState } from './action-words.ts';

export interface QueuedActionsCardProps {
  readonly device: Device;
  readonly mayManage: boolean;
}

/** What a device was told to do, and how it went. */
export function QueuedActionsCard({ device, mayManage }: QueuedActionsCardProps): ReactNode {
  const api = useApi();
  const cancel = useChange(routes.cancelDeviceAction, { invalidates: [[...queryKeys.devices, device.id]] });
  const actions = usePages({
    queryKey: [...queryKeys.devices, device.id, 'actions'],
    read: (query, signal) =>
      api.call(routes.listDeviceActions, { params: { deviceId: device.id }, query, signal }),
  });
  const { mutate } = cancel;
  const columns = useMemo(
    () =>
      actionColumns(
        device,
        mayManage ? (action) => mutate({ params: { deviceId: device.id, actionId: action.id } }) : undefined,
      ),
    [device, mayManage, mutate],
  );
  return (
    <Card title="Actions" description="What it was told to do. It hears of it at its next contact." flush>
      {cancel.error ? <ProblemAlert error={cancel.error} /> : null}
      <DataTable
        label="Actions"
        columns={columns}
        list={actions}
        rowId={(action) => action.id}
        empty={
          <Text size="sm" c="dimmed" p="lg">
            It was told nothing yet.
          </Text>
        }
      />
    </Card>
  );
}

function actionColumns(
  device: Device,
  onCancel: ((action: DeviceAction) => void) | undefined,
): readonly TableColumn<DeviceAction>[] {
  const workspaceName = (id: string): string =>
    device.workspaces.find((status) => status.workspaceId === id)?.workspaceName ?? 'a workspace';
  return [
    {
      id: 'kind',
      header: 'Action',
      cell: (action) => (
        <>
          <Text size="sm" fw={550}>
            {actionLabel(action.kind)}
          </Text>
          {action.workspaceId === null ? null : (
            <Text size="xs" c="dimmed">
              {workspaceName(action.workspaceId)}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      cell: (action) => {
        const { label, tone } = actionState(action.state);
        return (
          <>
            <StatusBadge tone={tone}>{label}</StatusBadge>{' '}
            {action.code === null ? null : <span className="mono">{action.code}</span>}
          </>
        );
      },
    },
    {
      id: 'created',
      header: 'Told',
      cell: (action) => (
        <>
          <TimeAgo time={action.createdAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {action.createdBy}
          </Text>
        </>
      ),
    },
    {
      id: 'ended',
      header: 'Ended',
      cell: (action) =>
        action.endedAt === null ? (
          <Text span size="sm" c="dimmed">
            given up after {formatTime(action.expiresAt)}
          </Text>
        ) : (
          <TimeAgo time={action.endedAt} />
        ),
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (action) =>
        onCancel && action.state === 'queued' ? (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={`Take back: ${actionLabel(action.kind)}`}
            onClick={() => onCancel(action)}
          >
            Take back
          </Button>
        ) : null,
    },
  ];
}
