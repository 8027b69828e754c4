import { type Device, routes } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import { Text } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  type Fact,
  Facts,
  formatTime,
  LinkButton,
  Loaded,
  Page,
  StatusBadge,
  TimeAgo,
} from '../ui/index.ts';
import { DeviceActionsMenu } from './device-actions-menu.tsx';
import { nameOfDevice } from './device-name.ts';
import { DeviceNotesCard } from './device-notes-card.tsx';
import { PendingNotice } from './pending-notice.tsx';
import { QueuedActionsCard } from './queued-actions-card.tsx';
import { conditionOf, toneOfCondition } from './workspace-state.ts';
import { WorkspaceStatusCard } from './workspace-status-card.tsx';

const route = getRouteApi('/signed-in/devices/$deviceId');

/** One computer: its workspaces as they are now, what it was told to do, and what it is. */
export function DevicePage(): ReactNode {
  const { deviceId } = route.useParams();
  const api = useApi();
  const query = useQuery({
    queryKey: [...queryKeys.devices, deviceId],
    queryFn: ({ signal }) => api.call(routes.getDevice, { params: { deviceId }, signal }),
  });
  return <Loaded query={query}>{(device) => <DeviceView device={device} />}</Loaded>;
}

function DeviceView({ device }: { readonly device: Device }): ReactNode {
  const mayManage = useMay('devices.manage', 'somewhere');
  const mayReport = useMay('reports.run', 'somewhere');
  const condition = conditionOf(device);
  return (
    <Page
      title={nameOfDevice(device)}
      parent={{ label: 'Devices', to: '/devices' }}
      badge={<StatusBadge tone={toneOfCondition[condition]}>{condition}</StatusBadge>}
      description={
        device.lastContactAt === null ? (
          'No contact yet'
        ) : (
          <>
            Last contact <TimeAgo time={device.lastContactAt} />
          </>
        )
      }
      actions={
        <>
          {mayReport ? (
            <LinkButton
              variant="default"
              to="/events"
              search={{ deviceId: device.id }}
              leftSection={<IconActivity size={16} aria-hidden />}
            >
              Events
            </LinkButton>
          ) : null}
          {mayManage ? <DeviceActionsMenu device={device} /> : null}
        </>
      }
    >
      {device.state === 'pending' ? <PendingNotice device={device} mayManage={mayManage} /> : null}
      <Card title="Workspaces" description="As the computer last reported them." flush>
        {device.workspaces.length === 0 ? (
          <Text size="sm" c="dimmed" p="lg">
            No workspace is on this computer. Somebody with an assignment has to sign in at it.
          </Text>
        ) : (
          device.workspaces.map((status) => (
            <WorkspaceStatusCard
              key={`${status.workspaceId}-${status.userId}`}
              status={status}
              device={mayManage && device.state === 'active' ? device : undefined}
            />
          ))
        )}
      </Card>
      <QueuedActionsCard device={device} mayManage={mayManage} />
      <DeviceNotesCard device={device} mayManage={mayManage} />
      <Card title="Computer">
        <Facts facts={factsOf(device)} />
      </Card>
    </Page>
  );
}

function factsOf({ inventory, enrolledAt, enrolledBy, id }: Device): readonly Fact[] {
  return [
    { label: 'Host name', value: inventory.hostName },
    { label: 'System', value: inventory.operatingSystem },
    { label: 'Architecture', value: inventory.architecture },
    { label: 'Processors', value: inventory.cpuCount },
    { label: 'Memory', value: formatBytes(inventory.memoryMiB * 1024 ** 2) },
    { label: 'Free space for images', value: formatBytes(inventory.storeFreeBytes) },
    {
      label: 'Virtualization',
      value: inventory.accelerator === 'tcg' ? 'software only (TCG)' : inventory.accelerator.toUpperCase(),
    },
    { label: 'QEMU', value: inventory.qemuVersion ?? 'not found' },
    { label: 'Agent', value: inventory.agentVersion },
    { label: 'Enrolled', value: formatTime(enrolledAt) },
    { label: 'Enrolled by', value: enrolledBy ?? 'a token' },
    { label: 'Device id', value: <span className="mono">{id}</span> },
  ];
}
