import { newUserSchema, routes } from '@carrel/contract';
import { Button, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, ProblemAlert, useSchemaForm } from '../ui/index.ts';

type NewUserValues = { userName: string; displayName: string; password: string };

/** Adds a built-in user. Mount it to open it. */
export function NewUserDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const form = useSchemaForm<NewUserValues>({
    initialValues: { userName: '', displayName: '', password: '' },
    errorsOf: (values) => fieldErrors(newUserSchema, inputOf(values)),
  });
  const create = useChange(routes.createUser, { invalidates: [queryKeys.users], onDone: onClose });
  const onSubmit = form.onSubmit((values) => create.mutate({ body: newUserSchema.parse(inputOf(values)) }));
  return (
    <Modal opened onClose={onClose} title="New user">
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput
            label="User name"
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            {...form.getInputProps('userName')}
          />
          <TextInput
            label="Display name"
            description="Empty: the user name"
            autoComplete="off"
            {...form.getInputProps('displayName')}
          />
          <PasswordInput
            label="Password"
            description="At least 10 characters"
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          {create.error ? <ProblemAlert error={create.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Add user
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function inputOf({ displayName, ...values }: NewUserValues): unknown {
  return displayName.trim() === '' ? values : { ...values, displayName };
}
