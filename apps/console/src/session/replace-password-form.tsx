import { changeOwnPasswordSchema, routes } from '@carrel/contract';
import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useChange } from '../api/index.ts';
import { fieldErrors, ProblemAlert, useSchemaForm } from '../ui/index.ts';

export interface ReplacePasswordFormProps {
  readonly userName: string;
  readonly onReplaced: () => void;
}

/** Chooses a new password where the old one no longer lets anybody in. */
export function ReplacePasswordForm({ userName, onReplaced }: ReplacePasswordFormProps): ReactNode {
  const form = useSchemaForm<{ oldPassword: string; newPassword: string }>({
    initialValues: { oldPassword: '', newPassword: '' },
    errorsOf: (values) => fieldErrors(changeOwnPasswordSchema, values),
  });
  const replace = useChange(routes.replacePassword, { invalidates: [], onDone: onReplaced });
  const onSubmit = form.onSubmit((values) => replace.mutate({ body: { userName, ...values } }));
  return (
    <form onSubmit={onSubmit} noValidate aria-label="Choose a new password">
      <Stack gap="md">
        <Text size="sm" role="status">
          The password of {userName} has to be changed before signing in.
        </Text>
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          autoFocus
          {...form.getInputProps('oldPassword')}
        />
        <PasswordInput
          label="New password"
          description="At least 10 characters"
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        {replace.error ? <ProblemAlert error={replace.error} /> : null}
        <Button type="submit" size="md" fullWidth loading={replace.isPending}>
          Change password
        </Button>
        <Button variant="subtle" onClick={onReplaced}>
          Back to signing in
        </Button>
      </Stack>
    </form>
  );
}
