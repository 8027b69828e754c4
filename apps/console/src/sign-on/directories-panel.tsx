import { type DirectoryConnection, routes } from '@carrel/contract';
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconAddressBook, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, useChange, wholeList } from '../api/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  formatTime,
  StatusBadge,
  type TableColumn,
  TimeAgo,
  TypedConfirmation,
} from '../ui/index.ts';
import { DirectoryDialog } from './directory-dialog.tsx';
import { DirectoryTestDialog } from './directory-test-dialog.tsx';

type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'change' | 'test' | 'delete'; readonly directory: DirectoryConnection };

/** Every directory that people come from, and how it answers. */
export function DirectoriesPanel(): ReactNode {
  const api = useApi();
  const [open, setOpen] = useState<Open>();
  const directories = useQuery({
    queryKey: queryKeys.directories,
    queryFn: async ({ signal }) => (await api.call(routes.listDirectories, { signal })).items,
  });
  const columns = useMemo(() => directoryColumns(setOpen), []);
  const close = (): void => setOpen(undefined);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen({ kind: 'new' })}>
      Add a directory
    </Button>
  );
  return (
    <Card
      title="Directories"
      description="Active Directory and LDAP. People of theirs sign in with the password they have there."
      actions={directories.data?.length === 0 ? undefined : add}
      flush
    >
      <DataTable
        label="Directories"
        columns={columns}
        list={wholeList(directories)}
        rowId={(directory) => directory.id}
        empty={
          <EmptyState icon={<IconAddressBook size={26} />} title="No directory yet" action={add}>
            With one, people and groups need not be added here. Its servers, the account that reads it and the
            place to search below are all it takes; a test says which step fails.
          </EmptyState>
        }
      />
      {open?.kind === 'new' ? <DirectoryDialog onClose={close} /> : null}
      {open?.kind === 'change' ? <DirectoryDialog directory={open.directory} onClose={close} /> : null}
      {open?.kind === 'test' ? <DirectoryTestDialog directory={open.directory} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteDialog directory={open.directory} onClose={close} /> : null}
    </Card>
  );
}

function directoryColumns(onOpen: (open: Open) => void): readonly TableColumn<DirectoryConnection>[] {
  return [
    {
      id: 'name',
      header: 'Directory',
      sortBy: (directory) => directory.name,
      cell: (directory) => (
        <>
          <Text size="sm" fw={550}>
            {directory.name}
          </Text>
          <Text size="xs" c="dimmed">
            {directory.dnsName}
          </Text>
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      cell: (directory) => <DirectoryState directory={directory} />,
    },
    {
      id: 'known',
      header: 'Known here',
      cell: (directory) => (
        <span className="number">
          {directory.userCount} users, {directory.groupCount} groups
        </span>
      ),
    },
    {
      id: 'contact',
      header: 'Last answer',
      sortBy: (directory) => directory.lastContactAt ?? '',
      cell: (directory) =>
        directory.lastContactAt === null ? 'never' : <TimeAgo time={directory.lastContactAt} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (directory) => (
        <Group gap={2} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="light"
            aria-label={`Test ${directory.name}`}
            onClick={() => onOpen({ kind: 'test', directory })}
          >
            Test
          </Button>
          <ActionIcon
            aria-label={`Change ${directory.name}`}
            onClick={() => onOpen({ kind: 'change', directory })}
          >
            <IconPencil size={17} />
          </ActionIcon>
          <ActionIcon
            aria-label={`Delete ${directory.name}`}
            onClick={() => onOpen({ kind: 'delete', directory })}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </Group>
      ),
    },
  ];
}

function DirectoryState({ directory }: { readonly directory: DirectoryConnection }): ReactNode {
  const { isEnabled, lastFailure } = directory;
  if (!isEnabled) return <StatusBadge tone="neutral">off</StatusBadge>;
  if (lastFailure === null) return <StatusBadge tone="good">answers</StatusBadge>;
  return (
    <>
      <StatusBadge tone="bad">fails</StatusBadge>
      <Text size="xs" c="dimmed" mt={2}>
        {lastFailure.message} {formatTime(lastFailure.time)}
      </Text>
    </>
  );
}

interface DeleteDialogProps {
  readonly directory: DirectoryConnection;
  readonly onClose: () => void;
}

function DeleteDialog({ directory, onClose }: DeleteDialogProps): ReactNode {
  const remove = useChange(routes.deleteDirectory, {
    invalidates: [queryKeys.directories, queryKeys.users, queryKeys.groups, queryKeys.workspaces],
    onDone: onClose,
  });
  return (
    <TypedConfirmation
      title={`Delete ${directory.name}`}
      expected={directory.name}
      confirmLabel="Delete directory"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { directoryId: directory.id } })}
      onClose={onClose}
    >
      Its {directory.userCount} users and {directory.groupCount} groups that are known here go with it, and
      what was granted to them. In the directory itself nothing changes. To keep them, switch it off instead.
    </TypedConfirmation>
  );
}
