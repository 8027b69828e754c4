import { changeUserSchema, routes, type User } from '@carrel/contract';
import { Alert, Button, Group, Modal, PasswordInput, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, formatTime, ProblemAlert, TypedConfirmation, useSchemaForm } from '../ui/index.ts';
import { isLocked, sourceLabels } from './user-state.ts';

type ChangeUserValues = {
  displayName: string;
  /** Empty: stays as it is. */
  password: string;
  isDisabled: boolean;
  mustChangePassword: boolean;
};

export interface ChangeUserDialogProps {
  readonly user: User;
  readonly onClose: () => void;
}

/** Changes, disables, unlocks or deletes a user, or gives them a new password. Mount it to open it. */
export function ChangeUserDialog({ user, onClose }: ChangeUserDialogProps): ReactNode {
  const [isDeleting, setIsDeleting] = useState(false);
  if (isDeleting) return <DeleteUserDialog user={user} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={`Change ${user.userName}`}>
      <Stack gap="md">
        <AccountActions user={user} onClose={onClose} />
        <ChangeForm user={user} onClose={onClose} onDelete={() => setIsDeleting(true)} />
      </Stack>
    </Modal>
  );
}

function ChangeForm({
  user,
  onClose,
  onDelete,
}: ChangeUserDialogProps & { readonly onDelete: () => void }): ReactNode {
  const isBuiltIn = user.source === 'built-in';
  const form = useSchemaForm<ChangeUserValues>({
    initialValues: {
      displayName: user.displayName,
      password: '',
      isDisabled: user.isDisabled,
      mustChangePassword: user.mustChangePassword,
    },
    errorsOf: (values) => fieldErrors(changeUserSchema, inputOf(user, values)),
  });
  const change = useChange(routes.changeUser, {
    invalidates: [queryKeys.users, queryKeys.session],
    onDone: onClose,
  });
  const onSubmit = form.onSubmit((values) =>
    change.mutate({ params: { userId: user.id }, body: changeUserSchema.parse(inputOf(user, values)) }),
  );
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {isBuiltIn ? (
          <>
            <TextInput label="Display name" data-autofocus {...form.getInputProps('displayName')} />
            <PasswordInput
              label="New password"
              description="Empty: stays as it is. A new one ends their sessions."
              autoComplete="new-password"
              {...form.getInputProps('password')}
            />
            <Switch
              label="Choose a new password at the next sign-in"
              {...form.getInputProps('mustChangePassword', { type: 'checkbox' })}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            Name and password come from {sourceLabels[user.source]}.
          </Text>
        )}
        <Switch
          label="Disabled"
          description="Cannot sign in; their workspaces stop at the next contact"
          disabled={user.isDisabledByDirectory}
          {...form.getInputProps('isDisabled', { type: 'checkbox' })}
        />
        {change.error ? <ProblemAlert error={change.error} /> : null}
        <Group justify="space-between" gap="xs">
          <Button variant="subtle" color="red" c="var(--carrel-bad)" onClick={onDelete}>
            Delete user
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** What can be done at once, apart from the form. */
function AccountActions({ user, onClose }: ChangeUserDialogProps): ReactNode {
  const unlock = useChange(routes.unlockUser, { invalidates: [queryKeys.users], onDone: onClose });
  const endSessions = useChange(routes.endUserSessions, { invalidates: [queryKeys.users] });
  const params = { userId: user.id };
  const error = unlock.error ?? endSessions.error;
  return (
    <>
      {isLocked(user, Date.now()) ? (
        <Alert variant="outline" color="yellow" icon={<IconLock />} title="Locked by wrong passwords">
          <Group justify="space-between" gap="sm">
            <Text size="sm">Until {formatTime(user.lockedUntil ?? '')}</Text>
            <Button
              size="xs"
              variant="default"
              loading={unlock.isPending}
              onClick={() => unlock.mutate({ params })}
            >
              Unlock
            </Button>
          </Group>
        </Alert>
      ) : null}
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          loading={endSessions.isPending}
          onClick={() => endSessions.mutate({ params })}
        >
          End all sessions
        </Button>
        {endSessions.data ? (
          <Text size="sm" role="status">
            {endSessions.data.ended === 1 ? '1 session ended' : `${endSessions.data.ended} sessions ended`}
          </Text>
        ) : null}
      </Group>
      {error ? <ProblemAlert error={error} /> : null}
    </>
  );
}

function DeleteUserDialog({ user, onClose }: ChangeUserDialogProps): ReactNode {
  const remove = useChange(routes.deleteUser, {
    invalidates: [queryKeys.users, queryKeys.groups, queryKeys.workspaces],
    onDone: onClose,
  });
  return (
    <TypedConfirmation
      title={`Delete ${user.userName}`}
      expected={user.userName}
      confirmLabel="Delete user"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { userId: user.id } })}
      onClose={onClose}
    >
      Their sessions end, and what was granted to them is gone. To keep that for later, disable them instead.
    </TypedConfirmation>
  );
}

/** What may be changed of this user; where people of a directory come from decides the rest. */
function inputOf(user: User, { password, isDisabled, ...values }: ChangeUserValues): unknown {
  const disabled = isDisabled === user.isDisabled ? {} : { isDisabled };
  if (user.source !== 'built-in') return disabled;
  return { ...values, ...disabled, ...(password === '' ? {} : { password }) };
}
