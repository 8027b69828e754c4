import { type Device, type newDeviceActionSchema, routes } from '@carrel/contract';
import { notifications } from '@mantine/notifications';
import type { UseMutationResult } from '@tanstack/react-query';
import type { z } from 'zod';
import { queryKeys, useChange } from '../api/index.ts';
import { actionLabel } from './action-words.ts';

export type NewDeviceAction = z.input<typeof newDeviceActionSchema>;
type Input = { readonly params: { readonly deviceId: string }; readonly body: NewDeviceAction };

/** Tells a device to do something, and says when it will hear of it. */
export function useDeviceAction(
  device: Device,
  onDone?: () => void,
): UseMutationResult<unknown, Error, Input> {
  return useChange(routes.queueDeviceAction, {
    invalidates: [[...queryKeys.devices, device.id]],
    onDone: (action) => {
      notifications.show({
        title: `${actionLabel(action.kind)}: queued`,
        message: device.isOnline
          ? 'The computer hears of it at its next contact.'
          : 'The computer is offline; it hears of it when it is back.',
      });
      onDone?.();
    },
  });
}
