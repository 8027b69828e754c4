import type { Device, WorkspaceStatus } from '@carrel/contract';
import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconLock, IconPlayerStop, IconRestore } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../ui/index.ts';
import { useDeviceAction } from './use-device-action.ts';

export interface WorkspaceActionsMenuProps {
  readonly device: Device;
  readonly status: WorkspaceStatus;
}

/** What a computer can be told to do with one workspace. */
export function WorkspaceActionsMenu({ device, status }: WorkspaceActionsMenuProps): ReactNode {
  const [isResetting, resetting] = useDisclosure(false);
  const queue = useDeviceAction(device, resetting.close);
  const { workspaceId, userId, workspaceName, userName } = status;
  const tell = (kind: 'lock' | 'stop' | 'reset'): void =>
    queue.mutate({ params: { deviceId: device.id }, body: { kind, workspaceId, userId } });
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${workspaceName} of ${userName}`} loading={queue.isPending}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconLock size={16} aria-hidden />} onClick={() => tell('lock')}>
            Lock
          </Menu.Item>
          <Menu.Item leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => tell('stop')}>
            Stop
          </Menu.Item>
          <Menu.Item
            c="var(--carrel-bad)"
            leftSection={<IconRestore size={16} aria-hidden />}
            onClick={resetting.open}
          >
            Reset to the image
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isResetting ? (
        <ConfirmDialog
          title={`Reset ${workspaceName} of ${userName}`}
          confirmLabel="Reset"
          isPending={queue.isPending}
          error={queue.error}
          onConfirm={() => tell('reset')}
          onClose={resetting.close}
        >
          The workspace goes back to its image on this computer. What {userName} changed or kept in it there
          is lost.
        </ConfirmDialog>
      ) : null}
    </>
  );
}
