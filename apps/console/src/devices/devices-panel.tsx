import { type Device, routes } from '@carrel/contract';
import { Group, Stack, Text } from '@mantine/core';
import { IconDeviceLaptop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  StatusBadge,
  type TableColumn,
  TextLink,
  TimeAgo,
} from '../ui/index.ts';
import { DeviceFilterBar } from './device-filter-bar.tsx';
import type { DeviceFilters } from './device-filters.ts';
import { nameOfDevice } from './device-name.ts';
import { conditionOf, toneOfCondition } from './workspace-state.ts';
import { WorkspaceStatusLine } from './workspace-status-line.tsx';

export interface DevicesPanelProps {
  readonly filters: DeviceFilters;
  readonly onFilters: (filters: DeviceFilters) => void;
  readonly enrol: ReactNode;
}

/** The computers that the filters leave. */
export function DevicesPanel({ filters, onFilters, enrol }: DevicesPanelProps): ReactNode {
  const api = useApi();
  const query = Object.fromEntries(
    Object.entries(filters).filter(([name, value]) => name !== 'tab' && value !== undefined),
  );
  const isNarrowed = Object.keys(query).length > 0;
  const devices = usePages({
    queryKey: [...queryKeys.devices, 'list', query],
    read: (page, signal) => api.call(routes.listDevices, { query: { ...query, ...page }, signal }),
  });
  return (
    <Card title="Computers" actions={<DeviceFilterBar filters={filters} onChange={onFilters} />} flush>
      <DataTable
        label="Devices"
        columns={columns}
        list={devices}
        rowId={(device) => device.id}
        empty={
          isNarrowed ? (
            <EmptyState icon={<IconDeviceLaptop size={26} />} title="No computer matches">
              Take a filter away to see more.
            </EmptyState>
          ) : (
            <EmptyState
              icon={<IconDeviceLaptop size={26} />}
              title="No computer is enrolled yet"
              action={enrol}
            >
              A token and one command make a computer a device of this instance.
            </EmptyState>
          )
        }
      />
    </Card>
  );
}

const columns: readonly TableColumn<Device>[] = [
  {
    id: 'host',
    header: 'Computer',
    sortBy: nameOfDevice,
    cell: (device) => (
      <>
        <TextLink to="/devices/$deviceId" params={{ deviceId: device.id }}>
          {nameOfDevice(device)}
        </TextLink>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {device.inventory.operatingSystem}
        </Text>
        {device.tags.length === 0 ? null : (
          <Group gap={4} mt={2}>
            {device.tags.map((tag) => (
              <StatusBadge key={tag} tone="neutral" plain>
                {tag}
              </StatusBadge>
            ))}
          </Group>
        )}
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
