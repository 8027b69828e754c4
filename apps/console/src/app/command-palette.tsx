import { routes } from '@carrel/contract';
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconDeviceLaptop, IconLayoutGrid, IconSearch, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import type { Room } from './rooms.ts';

const [paletteStore, palette] = createSpotlight();
const namesLimit = 1000;

export const openCommandPalette = palette.open;

/** Goes anywhere by name: Ctrl+K. Reads names only while it is open. */
export function CommandPalette({ rooms }: { readonly rooms: readonly Room[] }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const navigate = useNavigate();
  const may = (to: Room['to']): boolean => isOpen && rooms.some((room) => room.to === to);
  const named = useNamedThings(may);
  const roomActions = rooms.map((room) => ({
    id: room.to,
    label: room.label,
    leftSection: <room.icon size={18} aria-hidden />,
    onClick: () => void navigate({ to: room.to }),
  }));
  return (
    <Spotlight
      store={paletteStore}
      actions={[{ group: 'Rooms', actions: roomActions }, ...named]}
      shortcut={['mod + K']}
      limit={12}
      scrollable
      maxHeight={420}
      highlightQuery
      nothingFound="Nothing of that name."
      onSpotlightOpen={() => setIsOpen(true)}
      onSpotlightClose={() => setIsOpen(false)}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Go to a room, image, workspace or device',
        'aria-label': 'Go to',
      }}
    />
  );
}

interface ActionGroup {
  readonly group: string;
  readonly actions: SpotlightActionData[];
}

function useNamedThings(may: (to: Room['to']) => boolean): ActionGroup[] {
  const api = useApi();
  const navigate = useNavigate();
  const images = useQuery({
    queryKey: [...queryKeys.images, 'names'],
    queryFn: ({ signal }) => api.call(routes.listImages, { query: { limit: namesLimit }, signal }),
    enabled: may('/images'),
  });
  const workspaces = useQuery({
    queryKey: [...queryKeys.workspaces, 'names'],
    queryFn: ({ signal }) => api.call(routes.listWorkspaces, { query: { limit: namesLimit }, signal }),
    enabled: may('/workspaces'),
  });
  const devices = useQuery({
    queryKey: [...queryKeys.devices, 'names'],
    queryFn: ({ signal }) => api.call(routes.listDevices, { query: { limit: namesLimit }, signal }),
    enabled: may('/devices'),
  });
  return [
    {
      group: 'Workspaces',
      actions: (workspaces.data?.items ?? []).map(({ id, name }) => ({
        id,
        label: name,
        leftSection: <IconLayoutGrid size={18} aria-hidden />,
        onClick: () => void navigate({ to: '/workspaces/$workspaceId', params: { workspaceId: id } }),
      })),
    },
    {
      group: 'Images',
      actions: (images.data?.items ?? []).map(({ id, name }) => ({
        id,
        label: name,
        leftSection: <IconStack2 size={18} aria-hidden />,
        onClick: () => void navigate({ to: '/images/$imageId', params: { imageId: id } }),
      })),
    },
    {
      group: 'Devices',
      actions: (devices.data?.items ?? []).map(({ id, inventory }) => ({
        id,
        label: inventory.hostName,
        leftSection: <IconDeviceLaptop size={18} aria-hidden />,
        onClick: () => void navigate({ to: '/devices/$deviceId', params: { deviceId: id } }),
      })),
    },
  ];
}
