import { routes, type User } from '@carrel/contract';
import { ActionIcon, Avatar, Button, Group, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPencil, IconPlus, IconSearch, IconUser } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { Card, DataTable, EmptyState, StatusBadge, type TableColumn, TimeAgo } from '../ui/index.ts';
import { ChangeUserDialog } from './change-user-dialog.tsx';
import { NewUserDialog } from './new-user-dialog.tsx';
import { sourceLabels, userState } from './user-state.ts';

const searchDelayMs = 200;

/** Everybody, searched on the server. */
export function UsersPanel(): ReactNode {
  const api = useApi();
  const mayManage = useMay('users.manage');
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search.trim(), searchDelayMs);
  const [isAdding, setIsAdding] = useState(false);
  const [changing, setChanging] = useState<User>();
  const users = usePages({
    queryKey: [...queryKeys.users, 'list', settled],
    read: (query, signal) =>
      api.call(routes.listUsers, { query: settled === '' ? query : { ...query, search: settled }, signal }),
  });
  const columns = useMemo(() => userColumns(mayManage ? setChanging : undefined), [mayManage]);
  return (
    <Card
      title="Users"
      actions={
        <Group gap="xs">
          <TextInput
            aria-label="Search users"
            placeholder="Search users"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          {mayManage ? (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setIsAdding(true)}>
              New user
            </Button>
          ) : null}
        </Group>
      }
      flush
    >
      <DataTable
        label="Users"
        columns={columns}
        list={users}
        rowId={(user) => user.id}
        empty={
          <EmptyState icon={<IconUser size={26} />} title="Nobody found">
            {settled === '' ? 'There are no users yet.' : `No user or display name holds “${settled}”.`}
          </EmptyState>
        }
      />
      {isAdding ? <NewUserDialog onClose={() => setIsAdding(false)} /> : null}
      {changing ? <ChangeUserDialog user={changing} onClose={() => setChanging(undefined)} /> : null}
    </Card>
  );
}

function userColumns(onChange: ((user: User) => void) | undefined): readonly TableColumn<User>[] {
  const columns: TableColumn<User>[] = [
    {
      id: 'name',
      header: 'User',
      sortBy: (user) => user.displayName,
      cell: (user) => (
        <Group gap="sm" wrap="nowrap">
          <Avatar size={30} radius="xl" color="gray" aria-hidden>
            {user.displayName.charAt(0).toUpperCase()}
          </Avatar>
          <div style={{ minWidth: 0 }}>
            <Text size="sm" fw={550}>
              {user.displayName}
            </Text>
            <Text size="xs" c="dimmed">
              {user.userName}
            </Text>
          </div>
        </Group>
      ),
    },
    {
      id: 'source',
      header: 'From',
      sortBy: (user) => user.source,
      cell: (user) => (
        <StatusBadge tone="neutral" plain>
          {sourceLabels[user.source]}
        </StatusBadge>
      ),
    },
    {
      id: 'state',
      header: 'State',
      sortBy: (user) => userState(user, Date.now()).label,
      cell: (user) => {
        const { label, tone } = userState(user, Date.now());
        return <StatusBadge tone={tone}>{label}</StatusBadge>;
      },
    },
    {
      id: 'created',
      header: 'Added',
      sortBy: (user) => user.createdAt,
      cell: (user) => <TimeAgo time={user.createdAt} />,
    },
  ];
  if (!onChange) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (user) => (
        <ActionIcon aria-label={`Change ${user.userName}`} onClick={() => onChange(user)}>
          <IconPencil size={17} />
        </ActionIcon>
      ),
    },
  ];
}
