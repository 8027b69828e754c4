import { type RoleGrant, routes } from '@carrel/contract';
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconPlus, IconTrash, IconUser, IconUserShield, IconUsersGroup } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, useChange, usePages } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  ConfirmDialog,
  DataTable,
  EmptyState,
  StatusBadge,
  type TableColumn,
  TimeAgo,
} from '../ui/index.ts';
import { useWorkspaceNames } from '../workspaces/use-workspace-names.ts';
import { NewGrantDialog } from './new-grant-dialog.tsx';
import { scopeSentence } from './scope-sentence.ts';

/** Who has which role, and over what. */
export function GrantsPanel(): ReactNode {
  const api = useApi();
  const mayManage = useMay('administrators.manage');
  const [isAdding, setIsAdding] = useState(false);
  const [removing, setRemoving] = useState<RoleGrant>();
  const grants = usePages({
    queryKey: [...queryKeys.roleGrants, 'list'],
    read: (query, signal) => api.call(routes.listRoleGrants, { query, signal }),
  });
  const nameOf = useWorkspaceNames();
  const columns = useMemo(
    () => grantColumns(nameOf, mayManage ? setRemoving : undefined),
    [nameOf, mayManage],
  );
  const add = mayManage ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setIsAdding(true)}>
      Give a role
    </Button>
  ) : undefined;
  return (
    <Card
      title="People"
      description="Users and groups with a role. Whoever is in a group has its roles."
      actions={grants.items?.length === 0 ? undefined : add}
      flush
    >
      <DataTable
        label="Role grants"
        columns={columns}
        list={grants}
        rowId={(grant) => grant.id}
        empty={
          <EmptyState icon={<IconUserShield size={26} />} title="Nobody has a role" action={add}>
            Give a role to a user or a group, over everything or over some workspaces.
          </EmptyState>
        }
      />
      {isAdding ? <NewGrantDialog onClose={() => setIsAdding(false)} /> : null}
      {removing ? <RemoveGrantDialog grant={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Card>
  );
}

function grantColumns(
  workspaceName: (id: string) => string | undefined,
  onRemove: ((grant: RoleGrant) => void) | undefined,
): readonly TableColumn<RoleGrant>[] {
  const columns: TableColumn<RoleGrant>[] = [
    {
      id: 'principal',
      header: 'User or group',
      sortBy: (grant) => grant.principalName,
      cell: (grant) => {
        const Icon = grant.principal.kind === 'user' ? IconUser : IconUsersGroup;
        return (
          <Group gap={8} wrap="nowrap">
            <Icon size={17} stroke={1.7} aria-label={grant.principal.kind} />
            <Text span fw={550} size="sm">
              {grant.principalName}
            </Text>
          </Group>
        );
      },
    },
    {
      id: 'role',
      header: 'Role',
      sortBy: (grant) => grant.roleName,
      cell: (grant) => (
        <StatusBadge tone="info" plain>
          {grant.roleName}
        </StatusBadge>
      ),
    },
    { id: 'scope', header: 'Over', cell: (grant) => scopeSentence(grant.scope, workspaceName) },
    {
      id: 'created',
      header: 'Given',
      sortBy: (grant) => grant.createdAt,
      cell: (grant) => (
        <>
          <TimeAgo time={grant.createdAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {grant.createdBy}
          </Text>
        </>
      ),
    },
  ];
  if (!onRemove) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (grant) => (
        <ActionIcon
          aria-label={`Take ${grant.roleName} from ${grant.principalName}`}
          onClick={() => onRemove(grant)}
        >
          <IconTrash size={17} />
        </ActionIcon>
      ),
    },
  ];
}

interface RemoveGrantDialogProps {
  readonly grant: RoleGrant;
  readonly onClose: () => void;
}

function RemoveGrantDialog({ grant, onClose }: RemoveGrantDialogProps): ReactNode {
  const remove = useChange(routes.deleteRoleGrant, {
    invalidates: [queryKeys.roleGrants, queryKeys.session],
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Take ${grant.roleName} from ${grant.principalName}`}
      confirmLabel="Take away"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { roleGrantId: grant.id } })}
      onClose={onClose}
    >
      They lose at once what only this role allows. It is refused when nobody would be left to administer the
      instance.
    </ConfirmDialog>
  );
}
