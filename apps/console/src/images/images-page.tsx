import { type Image, routes } from '@carrel/contract';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconStack2 } from '@tabler/icons-react';
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
import { ImageSteps } from './image-steps.tsx';

const columns: readonly TableColumn<Image>[] = [
  {
    id: 'name',
    header: 'Image',
    sortBy: (image) => image.name,
    cell: (image) => (
      <>
        <TextLink to="/images/$imageId" params={{ imageId: image.id }}>
          {image.name}
        </TextLink>
        {image.description === '' ? null : (
          <Text size="xs" c="dimmed" lineClamp={1}>
            {image.description}
          </Text>
        )}
      </>
    ),
  },
  { id: 'channels', header: 'Channels', cell: (image) => <Channels image={image} /> },
  {
    id: 'latest',
    header: 'Newest version',
    sortBy: (image) => image.latestVersion ?? 0,
    cell: (image) => (image.latestVersion === null ? 'none' : `v${image.latestVersion}`),
  },
  {
    id: 'created',
    header: 'Added',
    sortBy: (image) => image.createdAt,
    cell: (image) => <TimeAgo time={image.createdAt} />,
  },
];

/** Every image with its channels. */
export function ImagesPage(): ReactNode {
  const api = useApi();
  const mayPublish = useMay('images.publish');
  const [isOpen, dialog] = useDisclosure(false);
  const images = usePages({
    queryKey: [...queryKeys.images, 'list'],
    read: (query, signal) => api.call(routes.listImages, { query, signal }),
  });
  const isEmpty = images.items?.length === 0;
  return (
    <Page
      title="Images"
      description="Golden disks, prepared once. Channels point at the version that workspaces run."
      actions={
        mayPublish && !isEmpty ? (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
            Add an image
          </Button>
        ) : undefined
      }
    >
      <Card flush>
        <DataTable
          label="Images"
          columns={columns}
          list={images}
          rowId={(image) => image.id}
          empty={<NoImages mayPublish={mayPublish} />}
        />
      </Card>
      <Modal opened={isOpen} onClose={dialog.close} title="Add an image" size="lg">
        <Text size="sm" c="dimmed" mb="md">
          Images are built and packed with the command line, where the disks are. This example uses the recipe{' '}
          <span className="mono">tiny</span>; put your own in its place.
        </Text>
        <ImageSteps name="tiny" version={1} />
      </Modal>
    </Page>
  );
}

function Channels({ image }: { readonly image: Image }): ReactNode {
  if (image.channels.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        none
      </Text>
    );
  return (
    <Group gap={6} component="span">
      {image.channels.map((channel) => (
        <StatusBadge key={channel.name} tone="info" plain>
          {channel.name} → v{channel.versionNumber}
        </StatusBadge>
      ))}
    </Group>
  );
}

function NoImages({ mayPublish }: { readonly mayPublish: boolean }): ReactNode {
  return (
    <EmptyState icon={<IconStack2 size={26} />} title="No images yet">
      {mayPublish ? (
        <>
          <Text size="sm" mb="md">
            An image is a disk that boots. Four commands make a small one and publish it here:
          </Text>
          <ImageSteps name="tiny" version={1} />
        </>
      ) : (
        'Somebody who may publish images adds the first one.'
      )}
    </EmptyState>
  );
}
