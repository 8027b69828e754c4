import { changeUserSchema, type RoleName, routes, type User } from '@carrel/contract';
import { Button, Group, Modal, MultiSelect, PasswordInput, Stack, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, ProblemAlert, useSchemaForm } from '../ui/index.ts';
import { roleChoices } from './role-labels.ts';

type ChangeUserValues = {
  displayName: string;
  /** Empty: stays as it is. */
  password: string;
  roles: RoleName[];
  isDisabled: boolean;
};

export interface ChangeUserDialogProps {
  readonly user: User;
  readonly onClose: () => void;
}

/** Changes, disables or enables a user, or gives them a new password. Mount it to open it. */
export function ChangeUserDialog({ user, onClose }: ChangeUserDialogProps): ReactNode {
  const form = useSchemaForm<ChangeUserValues>({
    initialValues: {
      displayName: user.displayName,
      password: '',
      roles: [...user.roles],
      isDisabled: user.isDisabled,
    },
    errorsOf: (values) => fieldErrors(changeUserSchema, inputOf(values)),
  });
  const change = useChange(routes.changeUser, {
    invalidates: [queryKeys.users, queryKeys.session],
    onDone: onClose,
  });
  const onSubmit = form.onSubmit((values) =>
    change.mutate({ params: { userId: user.id }, body: changeUserSchema.parse(inputOf(values)) }),
  );
  return (
    <Modal opened onClose={onClose} title={`Change ${user.userName}`}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput label="Display name" data-autofocus {...form.getInputProps('displayName')} />
          <MultiSelect label="Roles" data={roleChoices} {...form.getInputProps('roles')} />
          <PasswordInput
            label="New password"
            description="Empty: stays as it is. A new one ends their sessions."
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <Switch
            label="Disabled"
            description="Cannot sign in; their workspaces stop at the next contact"
            {...form.getInputProps('isDisabled', { type: 'checkbox' })}
          />
          {change.error ? <ProblemAlert error={change.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function inputOf({ password, ...values }: ChangeUserValues): unknown {
  return password === '' ? values : { ...values, password };
}
