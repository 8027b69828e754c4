import { type Role, routes } from '@carrel/contract';
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconShield, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useChange, wholeList } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  ConfirmDialog,
  DataTable,
  EmptyState,
  permissionWords,
  StatusBadge,
  type TableColumn,
} from '../ui/index.ts';
import { RoleDialog } from './role-dialog.tsx';
import { useRoles } from './use-roles.ts';

type Open = { readonly kind: 'new' } | { readonly kind: 'change' | 'delete'; readonly role: Role };

/** Every role and what it allows. */
export function RolesPanel(): ReactNode {
  const mayManage = useMay('administrators.manage');
  const [open, setOpen] = useState<Open>();
  const roles = useRoles();
  const columns = useMemo(() => roleColumns(mayManage ? setOpen : undefined), [mayManage]);
  const close = (): void => setOpen(undefined);
  return (
    <Card
      title="Roles"
      description="Sets of permissions. Those that come with Carrel cannot be changed; make your own beside them."
      actions={
        mayManage ? (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen({ kind: 'new' })}>
            New role
          </Button>
        ) : undefined
      }
      flush
    >
      <DataTable
        label="Roles"
        columns={columns}
        list={wholeList(roles)}
        rowId={(role) => role.id}
        empty={
          <EmptyState icon={<IconShield size={26} />} title="No roles">
            There are none to show.
          </EmptyState>
        }
      />
      {open?.kind === 'new' ? <RoleDialog onClose={close} /> : null}
      {open?.kind === 'change' ? <RoleDialog role={open.role} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteRoleDialog role={open.role} onClose={close} /> : null}
    </Card>
  );
}

function roleColumns(onOpen: ((open: Open) => void) | undefined): readonly TableColumn<Role>[] {
  const columns: TableColumn<Role>[] = [
    {
      id: 'name',
      header: 'Role',
      cell: (role) => (
        <>
          <Group gap={8}>
            <Text size="sm" fw={550}>
              {role.name}
            </Text>
            {role.isTemplate ? (
              <StatusBadge tone="neutral" plain>
                comes with Carrel
              </StatusBadge>
            ) : null}
          </Group>
          <Text size="xs" c="dimmed">
            {role.description}
          </Text>
        </>
      ),
    },
    {
      id: 'permissions',
      header: 'Allows',
      cell: (role) => (
        <Text size="sm">{role.permissions.map((permission) => permissionWords[permission]).join(' · ')}</Text>
      ),
    },
  ];
  if (!onOpen) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (role) =>
        role.isTemplate ? null : (
          <Group gap={2} justify="flex-end" wrap="nowrap">
            <ActionIcon aria-label={`Change ${role.name}`} onClick={() => onOpen({ kind: 'change', role })}>
              <IconPencil size={17} />
            </ActionIcon>
            <ActionIcon aria-label={`Delete ${role.name}`} onClick={() => onOpen({ kind: 'delete', role })}>
              <IconTrash size={17} />
            </ActionIcon>
          </Group>
        ),
    },
  ];
}

interface DeleteRoleDialogProps {
  readonly role: Role;
  readonly onClose: () => void;
}

function DeleteRoleDialog({ role, onClose }: DeleteRoleDialogProps): ReactNode {
  const remove = useChange(routes.deleteRole, { invalidates: [queryKeys.roles], onDone: onClose });
  return (
    <ConfirmDialog
      title={`Delete ${role.name}`}
      confirmLabel="Delete"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { roleId: role.id } })}
      onClose={onClose}
    >
      Only a role that nobody has can be deleted.
    </ConfirmDialog>
  );
}
