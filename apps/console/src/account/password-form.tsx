import { changeOwnPasswordSchema, routes } from '@carrel/contract';
import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { Card, fieldErrors, ProblemAlert, useSchemaForm } from '../ui/index.ts';

type PasswordValues = { oldPassword: string; newPassword: string; repeated: string };

const empty: PasswordValues = { oldPassword: '', newPassword: '', repeated: '' };

/** Changes one's own password by the old one. */
export function PasswordForm(): ReactNode {
  const [isChanged, setIsChanged] = useState(false);
  const form = useSchemaForm<PasswordValues>({ initialValues: empty, errorsOf: errorsOf });
  const change = useChange(routes.changeOwnPassword, {
    invalidates: [queryKeys.sessions],
    onDone: () => {
      form.reset();
      setIsChanged(true);
    },
  });
  const onSubmit = form.onSubmit(({ repeated: _, ...body }) => {
    setIsChanged(false);
    change.mutate({ body });
  });
  return (
    <Card title="Password" description="A new one ends all other sessions of this account.">
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md" maw={420}>
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            {...form.getInputProps('oldPassword')}
          />
          <PasswordInput
            label="New password"
            description="At least 10 characters"
            autoComplete="new-password"
            {...form.getInputProps('newPassword')}
          />
          <PasswordInput
            label="New password once more"
            autoComplete="new-password"
            {...form.getInputProps('repeated')}
          />
          {change.error ? <ProblemAlert error={change.error} /> : null}
          {isChanged ? (
            <Text size="sm" role="status">
              The password was changed.
            </Text>
          ) : null}
          <Button type="submit" loading={change.isPending} style={{ alignSelf: 'flex-start' }}>
            Change password
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

function errorsOf({ repeated, ...values }: PasswordValues): Record<string, string> {
  const errors = { ...fieldErrors(changeOwnPasswordSchema, values) };
  return repeated === values.newPassword
    ? errors
    : { ...errors, repeated: 'This is not the same as the new password.' };
}
