import { routes, type Workspace } from '@carrel/contract';
import { Button, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload, IconFileImport, IconLayoutGrid, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  LinkButton,
  Page,
  StatusBadge,
  type TableColumn,
  TextLink,
  TimeAgo,
} from '../ui/index.ts';
import { useImages } from './image-choice.ts';
import { ImportDialog } from './transfer/import-dialog.tsx';
import { useExport } from './transfer/use-export.ts';

/** Every workspace with what it runs. */
export function WorkspacesPage(): ReactNode {
  const api = useApi();
  const mayEdit = useMay('workspaces.edit');
  const images = useImages().data;
  const workspaces = usePages({
    queryKey: [...queryKeys.workspaces, 'list'],
    read: (query, signal) => api.call(routes.listWorkspaces, { query, signal }),
  });
  const columns = useMemo(
    () => workspaceColumns((id) => images?.find((image) => image.id === id)?.name),
    [images],
  );
  const create = mayEdit ? (
    <LinkButton to="/workspaces/new" leftSection={<IconPlus size={16} aria-hidden />}>
      New workspace
    </LinkButton>
  ) : undefined;
  const isEmpty = workspaces.items?.length === 0;
  return (
    <Page
      title="Workspaces"
      description="One image channel and one policy, granted to users and groups."
      actions={
        <>
          <TransferMenu mayImport={mayEdit} />
          {isEmpty ? null : create}
        </>
      }
    >
      <Card flush>
        <DataTable
          label="Workspaces"
          columns={columns}
          list={workspaces}
          rowId={(workspace) => workspace.id}
          empty={
            <EmptyState icon={<IconLayoutGrid size={26} />} title="No workspaces yet" action={create}>
              {images?.length === 0
                ? 'A workspace runs an image, so publish one first in Images.'
                : 'Choose an image and a channel, keep the policy’s defaults or change them, then say who gets it.'}
            </EmptyState>
          }
        />
      </Card>
    </Page>
  );
}

/** Workspaces as files: out and in. */
function TransferMenu({ mayImport }: { readonly mayImport: boolean }): ReactNode {
  const [isImporting, importing] = useDisclosure(false);
  const download = useExport();
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            loading={download.isPending}
          >
            Files
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => download.mutate([])}>
            Export all
          </Menu.Item>
          {mayImport ? (
            <Menu.Item leftSection={<IconFileImport size={16} aria-hidden />} onClick={importing.open}>
              Import
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {isImporting ? <ImportDialog onClose={importing.close} /> : null}
    </>
  );
}

function workspaceColumns(imageName: (id: string) => string | undefined): readonly TableColumn<Workspace>[] {
  return [
    {
      id: 'name',
      header: 'Workspace',
      sortBy: (workspace) => workspace.name,
      cell: (workspace) => (
        <>
          <TextLink to="/workspaces/$workspaceId" params={{ workspaceId: workspace.id }}>
            {workspace.name}
          </TextLink>
          {workspace.description === '' ? null : (
            <Text size="xs" c="dimmed" lineClamp={1}>
              {workspace.description}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'image',
      header: 'Image',
      sortBy: (workspace) => imageName(workspace.imageId) ?? '',
      cell: (workspace) => (
        <>
          {imageName(workspace.imageId) ?? '—'}{' '}
          <Text span size="xs" c="dimmed">
            {workspace.channel}
          </Text>
        </>
      ),
    },
    {
      id: 'persistence',
      header: 'Changes',
      sortBy: (workspace) => workspace.policy.virtualMachine.persistence,
      cell: (workspace) => (
        <StatusBadge
          tone={workspace.policy.virtualMachine.persistence === 'persistent' ? 'info' : 'neutral'}
          plain
        >
          {workspace.policy.virtualMachine.persistence}
        </StatusBadge>
      ),
    },
    {
      id: 'updated',
      header: 'Last change',
      sortBy: (workspace) => workspace.updatedAt,
      cell: (workspace) => (
        <>
          <TimeAgo time={workspace.updatedAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {workspace.updatedBy}
          </Text>
        </>
      ),
    },
  ];
}
