import { routes } from '@carrel/contract';
import { Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi, useChange } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { Card, Loaded, Page, TypedConfirmation } from '../ui/index.ts';
import { ChannelCards } from './channel-cards.tsx';
import { imageQuery } from './image-queries.ts';
import { MoveChannelDialog, type MoveChannelTarget } from './move-channel-dialog.tsx';
import { NewVersionDialog } from './new-version-dialog.tsx';
import { VersionsTable } from './versions-table.tsx';

const route = getRouteApi('/signed-in/images/$imageId');

/** One image: where its channels point, and every version. */
export function ImagePage(): ReactNode {
  const { imageId } = route.useParams();
  const api = useApi();
  const navigate = useNavigate();
  const mayPublish = useMay('images.publish');
  const query = useQuery(imageQuery(api, imageId));
  const [target, setTarget] = useState<MoveChannelTarget>();
  const [isAdding, adding] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  const remove = useChange(routes.deleteImage, {
    invalidates: [[...queryKeys.images, 'list']],
    onDone: () => void navigate({ to: '/images' }),
  });
  return (
    <Loaded query={query}>
      {(image) => (
        <Page
          title={image.name}
          parent={{ label: 'Images', to: '/images' }}
          description={image.description === '' ? undefined : image.description}
          actions={
            mayPublish ? (
              <>
                <Button
                  variant="default"
                  leftSection={<IconTrash size={16} aria-hidden />}
                  onClick={deleting.open}
                >
                  Delete
                </Button>
                <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={adding.open}>
                  New version
                </Button>
              </>
            ) : undefined
          }
        >
          <Stack gap="lg">
            <ChannelCards image={image} mayMove={mayPublish} onMove={setTarget} />
            <Card title="Versions" description="Immutable, numbered, newest first." flush>
              <VersionsTable image={image} mayPublish={mayPublish} onPromote={setTarget} />
            </Card>
          </Stack>
          {target === undefined ? null : (
            <MoveChannelDialog image={image} target={target} onClose={() => setTarget(undefined)} />
          )}
          {isAdding ? <NewVersionDialog image={image} onClose={adding.close} /> : null}
          {isDeleting ? (
            <TypedConfirmation
              title={`Delete ${image.name}`}
              expected={image.name}
              confirmLabel="Delete image"
              isPending={remove.isPending}
              error={remove.error}
              onConfirm={() => remove.mutate({ params: { imageId } })}
              onClose={deleting.close}
            >
              All versions and channels of this image are deleted. It is refused while a workspace uses the
              image.
            </TypedConfirmation>
          ) : null}
        </Page>
      )}
    </Loaded>
  );
}
