import { type Image, type ImageVersion, routes, type VersionState } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import { Button, Group, Text } from '@mantine/core';
import { IconPackage } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { DataTable, EmptyState, StatusBadge, type TableColumn, TimeAgo, type Tone } from '../ui/index.ts';
import { useVersions } from './image-queries.ts';
import { ImageSteps } from './image-steps.tsx';
import type { MoveChannelTarget } from './move-channel-dialog.tsx';
import { RetireDialog } from './retire-dialog.tsx';
import { VersionDetails } from './version-details.tsx';
import { VersionMenu } from './version-menu.tsx';

const toneOfState: Readonly<Record<VersionState, Tone>> = {
  draft: 'warn',
  published: 'good',
  retired: 'neutral',
};

export interface VersionsTableProps {
  readonly image: Image;
  readonly mayPublish: boolean;
  readonly onPromote: (target: MoveChannelTarget) => void;
}

/** Every version of an image, and what can be done with each in its state. */
export function VersionsTable({ image, mayPublish, onPromote }: VersionsTableProps): ReactNode {
  const versions = useVersions(image.id);
  const [shown, setShown] = useState<ImageVersion>();
  const [retiring, setRetiring] = useState<ImageVersion>();
  const columns = useMemo(
    () => versionColumns({ image, mayPublish, onPromote, onShow: setShown, onRetire: setRetiring }),
    [image, mayPublish, onPromote],
  );
  return (
    <>
      <DataTable
        label="Versions"
        columns={columns}
        list={versions}
        rowId={(version) => String(version.number)}
        empty={
          <EmptyState icon={<IconPackage size={26} />} title="No versions yet">
            <ImageSteps name={image.name} version={1} />
          </EmptyState>
        }
      />
      <VersionDetails version={shown} onClose={() => setShown(undefined)} />
      {retiring === undefined ? null : (
        <RetireDialog version={retiring} onClose={() => setRetiring(undefined)} />
      )}
    </>
  );
}

interface ColumnInput extends VersionsTableProps {
  readonly onShow: (version: ImageVersion) => void;
  readonly onRetire: (version: ImageVersion) => void;
}

function versionColumns(input: ColumnInput): readonly TableColumn<ImageVersion>[] {
  return [
    {
      id: 'number',
      header: 'Version',
      cell: (version) => <VersionName version={version} image={input.image} />,
    },
    {
      id: 'state',
      header: 'State',
      cell: (version) => <StatusBadge tone={toneOfState[version.state]}>{version.state}</StatusBadge>,
    },
    {
      id: 'size',
      header: 'Data',
      align: 'end',
      cell: (version) => <span className="number">{formatBytes(version.dataBytes)}</span>,
    },
    {
      id: 'stored',
      header: 'Stored',
      align: 'end',
      cell: (version) => <span className="number">{formatBytes(version.storedBytes)}</span>,
    },
    {
      id: 'created',
      header: 'Made',
      cell: (version) => (
        <>
          <TimeAgo time={version.createdAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {version.createdBy}
          </Text>
        </>
      ),
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (version) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {input.mayPublish && version.state === 'draft' ? <PublishButton version={version} /> : null}
          <VersionMenu {...input} version={version} />
        </Group>
      ),
    },
  ];
}

function VersionName({
  version,
  image,
}: {
  readonly version: ImageVersion;
  readonly image: Image;
}): ReactNode {
  const channels = image.channels.filter((channel) => channel.versionNumber === version.number);
  return (
    <>
      <Group gap={6} component="span">
        <Text span fw={600} size="sm" className="number">
          v{version.number}
        </Text>
        {channels.map((channel) => (
          <StatusBadge key={channel.name} tone="info" plain>
            {channel.name}
          </StatusBadge>
        ))}
      </Group>
      {version.notes === '' ? null : (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {version.notes}
        </Text>
      )}
    </>
  );
}

function PublishButton({ version }: { readonly version: ImageVersion }): ReactNode {
  const publish = useChange(routes.publishVersion, { invalidates: [queryKeys.images] });
  const params = { imageId: version.imageId, number: version.number };
  return (
    <Button
      size="compact-sm"
      variant="light"
      aria-label={`Publish version ${version.number}`}
      loading={publish.isPending}
      onClick={() => publish.mutate({ params })}
    >
      Publish
    </Button>
  );
}
