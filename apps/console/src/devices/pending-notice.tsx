import { type Device, routes } from '@carrel/contract';
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { ProblemAlert } from '../ui/index.ts';

export interface PendingNoticeProps {
  readonly device: Device;
  readonly mayManage: boolean;
}

/** Says that a device waits for approval, and approves it. */
export function PendingNotice({ device, mayManage }: PendingNoticeProps): ReactNode {
  const approve = useChange(routes.approveDevice, { invalidates: [queryKeys.devices] });
  return (
    <>
      <Alert
        variant="outline"
        color="yellow"
        icon={<IconHourglass />}
        title="This computer waits for approval"
      >
        <Group justify="space-between" gap="sm">
          <Text size="sm" flex="1 1 260px">
            Until then it gets no workspace.
            {device.enrolledBy === null ? '' : ` ${device.enrolledBy} enrolled it.`} Revoke it when nobody
            knows it.
          </Text>
          {mayManage ? (
            <Button
              size="xs"
              loading={approve.isPending}
              onClick={() => approve.mutate({ params: { deviceId: device.id } })}
            >
              Approve
            </Button>
          ) : null}
        </Group>
      </Alert>
      {approve.error ? <ProblemAlert error={approve.error} /> : null}
    </>
  );
}
