import { type Role, roleInputSchema, routes } from '@carrel/contract';
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, PermissionChoice, ProblemAlert, useSchemaForm } from '../ui/index.ts';

type RoleValues = { name: string; description: string; permissions: string[] };

export interface RoleDialogProps {
  /** Changed when there is one, made otherwise. */
  readonly role?: Role;
  readonly onClose: () => void;
}

/** Makes or changes a role of this instance. Mount it to open it. */
export function RoleDialog({ role, onClose }: RoleDialogProps): ReactNode {
  const form = useSchemaForm<RoleValues>({
    initialValues: {
      name: role?.name ?? '',
      description: role?.description ?? '',
      permissions: [...(role?.permissions ?? [])],
    },
    errorsOf: (values) => fieldErrors(roleInputSchema, values),
  });
  const done = { invalidates: [queryKeys.roles, queryKeys.roleGrants, queryKeys.session], onDone: onClose };
  const create = useChange(routes.createRole, done);
  const change = useChange(routes.changeRole, done);
  const onSubmit = form.onSubmit((values) => {
    const body = roleInputSchema.parse(values);
    if (role) change.mutate({ params: { roleId: role.id }, body });
    else create.mutate({ body });
  });
  const error = create.error ?? change.error;
  return (
    <Modal opened onClose={onClose} size={620} title={role ? `Change ${role.name}` : 'New role'}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput label="Name" data-autofocus autoComplete="off" {...form.getInputProps('name')} />
          <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
          <PermissionChoice
            label="Allows"
            value={form.values.permissions}
            onChange={(permissions) => form.setFieldValue('permissions', permissions)}
            error={form.errors.permissions}
          />
          {error ? <ProblemAlert error={error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending || change.isPending}>
              {role ? 'Save' : 'Add role'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
