import { type Device, routes } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconActivity, IconBan } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queryKeys, useApi, useChange } from '../api/index.ts';
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
  TypedConfirmation,
} from '../ui/index.ts';
import { conditionOf, toneOfCondition } from './workspace-state.ts';
import { WorkspaceStatusCard } from './workspace-status-card.tsx';

const route = getRouteApi('/signed-in/devices/$deviceId');

/** One computer: its workspaces as they are now, and what it is. */
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
  const mayManage = useMay('devices.manage');
  const mayReport = useMay('reports.run');
  const [isRevoking, revoking] = useDisclosure(false);
  const { hostName } = device.inventory;
  const condition = conditionOf(device);
  return (
    <Page
      title={hostName}
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
          {mayManage && device.state === 'active' ? (
            <Button variant="default" leftSection={<IconBan size={16} aria-hidden />} onClick={revoking.open}>
              Revoke
            </Button>
          ) : null}
        </>
      }
    >
      <Card title="Workspaces" description="As the computer last reported them." flush>
        {device.workspaces.length === 0 ? (
          <Text size="sm" c="dimmed" p="lg">
            No workspace is on this computer. Somebody with an assignment has to sign in at it.
          </Text>
        ) : (
          device.workspaces.map((status) => (
            <WorkspaceStatusCard key={`${status.workspaceId}-${status.userId}`} status={status} />
          ))
        )}
      </Card>
      <Card title="Computer">
        <Facts facts={factsOf(device)} />
      </Card>
      {isRevoking ? <RevokeDialog device={device} onClose={revoking.close} /> : null}
    </Page>
  );
}

function factsOf({ inventory, enrolledAt, id }: Device): readonly Fact[] {
  return [
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
    { label: 'Device id', value: <span className="mono">{id}</span> },
  ];
}

function RevokeDialog({
  device,
  onClose,
}: {
  readonly device: Device;
  readonly onClose: () => void;
}): ReactNode {
  const { hostName } = device.inventory;
  const revoke = useChange(routes.revokeDevice, { invalidates: [queryKeys.devices], onDone: onClose });
  return (
    <TypedConfirmation
      title={`Revoke ${hostName}`}
      expected={hostName}
      confirmLabel="Revoke device"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ params: { deviceId: device.id } })}
      onClose={onClose}
    >
      The computer gets no more permissions and stops its workspaces at its next contact. To use it again it
      has to be enrolled anew.
    </TypedConfirmation>
  );
}
