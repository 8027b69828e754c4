import { routes, type Group as UserGroup } from '@carrel/contract';
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconPlus, IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, useChange, usePages } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  StatusBadge,
  type TableColumn,
  TimeAgo,
  TypedConfirmation,
} from '../ui/index.ts';
import { MembersDialog } from './members-dialog.tsx';
import { NewGroupDialog } from './new-group-dialog.tsx';
import { sourceLabels } from './user-state.ts';

/** Every group and its members. */
export function GroupsPanel(): ReactNode {
  const api = useApi();
  const mayManage = useMay('users.manage');
  const [isAdding, setIsAdding] = useState(false);
  const [editing, setEditing] = useState<UserGroup>();
  const [deleting, setDeleting] = useState<UserGroup>();
  const groups = usePages({
    queryKey: [...queryKeys.groups, 'list'],
    read: (query, signal) => api.call(routes.listGroups, { query, signal }),
  });
  const columns = useMemo(
    () => groupColumns({ mayManage, onEdit: setEditing, onDelete: setDeleting }),
    [mayManage],
  );
  const add = mayManage ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setIsAdding(true)}>
      New group
    </Button>
  ) : undefined;
  return (
    <Card title="Groups" actions={groups.items?.length === 0 ? undefined : add} flush>
      <DataTable
        label="Groups"
        columns={columns}
        list={groups}
        rowId={(group) => group.id}
        empty={
          <EmptyState icon={<IconUsersGroup size={26} />} title="No groups yet" action={add}>
            Assign workspaces to groups, and people get them by joining.
          </EmptyState>
        }
      />
      {isAdding ? <NewGroupDialog onClose={() => setIsAdding(false)} /> : null}
      {editing ? <MembersDialog group={editing} onClose={() => setEditing(undefined)} /> : null}
      {deleting ? <DeleteGroupDialog group={deleting} onClose={() => setDeleting(undefined)} /> : null}
    </Card>
  );
}

interface GroupColumnsInput {
  readonly mayManage: boolean;
  readonly onEdit: (group: UserGroup) => void;
  readonly onDelete: (group: UserGroup) => void;
}

function groupColumns({ mayManage, onEdit, onDelete }: GroupColumnsInput): readonly TableColumn<UserGroup>[] {
  const columns: TableColumn<UserGroup>[] = [
    {
      id: 'name',
      header: 'Group',
      sortBy: (group) => group.name,
      cell: (group) => (
        <Text size="sm" fw={550}>
          {group.name}
        </Text>
      ),
    },
    {
      id: 'source',
      header: 'From',
      sortBy: (group) => group.source,
      cell: (group) => (
        <StatusBadge tone="neutral" plain>
          {sourceLabels[group.source]}
        </StatusBadge>
      ),
    },
    {
      id: 'users',
      header: 'Users',
      sortBy: (group) => group.userIds.length,
      cell: (group) => <span className="number">{group.userIds.length}</span>,
    },
    {
      id: 'groups',
      header: 'Groups inside',
      sortBy: (group) => group.groupIds.length,
      cell: (group) => <span className="number">{group.groupIds.length}</span>,
    },
    {
      id: 'created',
      header: 'Added',
      sortBy: (group) => group.createdAt,
      cell: (group) => <TimeAgo time={group.createdAt} />,
    },
  ];
  if (!mayManage) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (group) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {group.source === 'built-in' ? (
            <Button
              size="compact-sm"
              variant="light"
              aria-label={`Members of ${group.name}`}
              onClick={() => onEdit(group)}
            >
              Members
            </Button>
          ) : null}
          <ActionIcon aria-label={`Delete ${group.name}`} onClick={() => onDelete(group)}>
            <IconTrash size={17} />
          </ActionIcon>
        </Group>
      ),
    },
  ];
}

function DeleteGroupDialog({
  group,
  onClose,
}: {
  readonly group: UserGroup;
  readonly onClose: () => void;
}): ReactNode {
  const remove = useChange(routes.deleteGroup, {
    invalidates: [queryKeys.groups, queryKeys.workspaces],
    onDone: onClose,
  });
  return (
    <TypedConfirmation
      title={`Delete ${group.name}`}
      expected={group.name}
      confirmLabel="Delete group"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { groupId: group.id } })}
      onClose={onClose}
    >
      Assignments to this group are deleted with it; its members lose those workspaces at their next contact.
    </TypedConfirmation>
  );
}
