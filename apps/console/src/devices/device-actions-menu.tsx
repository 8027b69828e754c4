import { type Device, routes } from '@carrel/contract';
import { Button, Menu } from '@mantine/core';
import {
  IconBan,
  IconChevronDown,
  IconEraser,
  IconKey,
  IconLock,
  IconPlayerStop,
  IconTrash,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { TypedConfirmation } from '../ui/index.ts';
import { nameOfDevice } from './device-name.ts';
import { useDeviceAction } from './use-device-action.ts';

interface DeviceProps {
  readonly device: Device;
}

/** Everything a device can be told, and the ways to end with it. */
export function DeviceActionsMenu({ device }: DeviceProps): ReactNode {
  const [open, setOpen] = useState<'wipe' | 'revoke' | 'forget'>();
  const queue = useDeviceAction(device);
  const tell = (kind: 'lock' | 'stop' | 'rotate-keys'): void =>
    queue.mutate({ params: { deviceId: device.id }, body: { kind } });
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Menu width={250}>
        <Menu.Target>
          <Button
            variant="default"
            rightSection={<IconChevronDown size={15} aria-hidden />}
            loading={queue.isPending}
          >
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {device.state === 'active' ? (
            <>
              <Menu.Item leftSection={<IconLock size={16} aria-hidden />} onClick={() => tell('lock')}>
                Lock all workspaces
              </Menu.Item>
              <Menu.Item leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => tell('stop')}>
                Stop all workspaces
              </Menu.Item>
              <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => tell('rotate-keys')}>
                Replace its keys
              </Menu.Item>
              <Menu.Item
                c="var(--carrel-bad)"
                leftSection={<IconEraser size={16} aria-hidden />}
                onClick={() => setOpen('wipe')}
              >
                Wipe
              </Menu.Item>
            </>
          ) : null}
          {device.state === 'revoked' ? null : (
            <Menu.Item
              c="var(--carrel-bad)"
              leftSection={<IconBan size={16} aria-hidden />}
              onClick={() => setOpen('revoke')}
            >
              Revoke
            </Menu.Item>
          )}
          {device.state === 'active' ? null : (
            <Menu.Item
              c="var(--carrel-bad)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => setOpen('forget')}
            >
              Remove from the list
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'wipe' ? <WipeDialog device={device} onClose={close} /> : null}
      {open === 'revoke' ? <RevokeDialog device={device} onClose={close} /> : null}
      {open === 'forget' ? <ForgetDialog device={device} onClose={close} /> : null}
    </>
  );
}

interface DialogProps extends DeviceProps {
  readonly onClose: () => void;
}

function WipeDialog({ device, onClose }: DialogProps): ReactNode {
  const name = nameOfDevice(device);
  const wipe = useDeviceAction(device, onClose);
  return (
    <TypedConfirmation
      title={`Wipe ${name}`}
      expected={name}
      confirmLabel="Wipe computer"
      isPending={wipe.isPending}
      error={wipe.error}
      onConfirm={() => wipe.mutate({ params: { deviceId: device.id }, body: { kind: 'wipe' } })}
      onClose={onClose}
    >
      At its next contact the computer destroys the keys of its workspaces, deletes their files, and forgets
      that it was enrolled. What people kept in workspaces on it is lost, and nobody can bring it back. The
      computer itself and everything else on it stay as they are.
    </TypedConfirmation>
  );
}

function RevokeDialog({ device, onClose }: DialogProps): ReactNode {
  const name = nameOfDevice(device);
  const revoke = useChange(routes.revokeDevice, { invalidates: [queryKeys.devices], onDone: onClose });
  return (
    <TypedConfirmation
      title={`Revoke ${name}`}
      expected={name}
      confirmLabel="Revoke device"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ params: { deviceId: device.id } })}
      onClose={onClose}
    >
      The computer gets no more permissions and stops its workspaces at its next contact. To use it again it
      has to be enrolled anew. Where its files have to go as well, wipe it first.
    </TypedConfirmation>
  );
}

function ForgetDialog({ device, onClose }: DialogProps): ReactNode {
  const name = nameOfDevice(device);
  const navigate = useNavigate();
  const forget = useChange(routes.forgetDevice, {
    invalidates: [[...queryKeys.devices, 'list']],
    onDone: () => void navigate({ to: '/devices' }),
  });
  return (
    <TypedConfirmation
      title={`Remove ${name} from the list`}
      expected={name}
      confirmLabel="Remove device"
      isPending={forget.isPending}
      error={forget.error}
      onConfirm={() => forget.mutate({ params: { deviceId: device.id } })}
      onClose={onClose}
    >
      It is no longer shown here. Its events stay.
    </TypedConfirmation>
  );
}
