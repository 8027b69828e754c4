import { type Device, routes } from '@carrel/contract';
import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDeviceLaptop, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  Page,
  StatusBadge,
  type TableColumn,
  TextLink,
  TimeAgo,
} from '../ui/index.ts';
import { EnrolDialog } from './enrol-dialog.tsx';
import { conditionOf, toneOfCondition } from './workspace-state.ts';
import { WorkspaceStatusLine } from './workspace-status-line.tsx';

const columns: readonly TableColumn<Device>[] = [
  {
    id: 'host',
    header: 'Computer',
    sortBy: (device) => device.inventory.hostName,
    cell: (device) => (
      <>
        <TextLink to="/devices/$deviceId" params={{ deviceId: device.id }}>
          {device.inventory.hostName}
        </TextLink>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {device.inventory.operatingSystem}
        </Text>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    sortBy: conditionOf,
    cell: (device) => {
      const condition = conditionOf(device);
      return <StatusBadge tone={toneOfCondition[condition]}>{condition}</StatusBadge>;
    },
  },
  {
    id: 'workspaces',
    header: 'Workspaces',
    cell: (device) =>
      device.workspaces.length === 0 ? (
        <Text span size="sm" c="dimmed">
          none
        </Text>
      ) : (
        <Stack gap={6}>
          {device.workspaces.map((status) => (
            <WorkspaceStatusLine key={`${status.workspaceId}-${status.userId}`} status={status} />
          ))}
        </Stack>
      ),
  },
  {
    id: 'contact',
    header: 'Last contact',
    sortBy: (device) => device.lastContactAt ?? '',
    cell: (device) => (device.lastContactAt === null ? 'never' : <TimeAgo time={device.lastContactAt} />),
  },
  {
    id: 'agent',
    header: 'Agent',
    sortBy: (device) => device.inventory.agentVersion,
    cell: (device) => <span className="number">{device.inventory.agentVersion}</span>,
  },
];

/** Every enrolled computer and what runs on it now. */
export function DevicesPage(): ReactNode {
  const api = useApi();
  const mayManage = useMay('devices.manage');
  const [isEnrolling, enrolling] = useDisclosure(false);
  const devices = usePages({
    queryKey: [...queryKeys.devices, 'list'],
    read: (query, signal) => api.call(routes.listDevices, { query, signal }),
  });
  const enrol = mayManage ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={enrolling.open}>
      Enrol computers
    </Button>
  ) : undefined;
  return (
    <Page
      title="Devices"
      description="Enrolled computers, and what their workspaces do at this moment."
      actions={devices.items?.length === 0 ? undefined : enrol}
    >
      <Card flush>
        <DataTable
          label="Devices"
          columns={columns}
          list={devices}
          rowId={(device) => device.id}
          empty={
            <EmptyState
              icon={<IconDeviceLaptop size={26} />}
              title="No computer is enrolled yet"
              action={enrol}
            >
              A token and one command make a computer a device of this instance.
            </EmptyState>
          }
        />
      </Card>
      {isEnrolling ? <EnrolDialog onClose={enrolling.close} /> : null}
    </Page>
  );
}
