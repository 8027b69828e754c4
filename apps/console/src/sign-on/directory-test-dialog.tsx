import { type DirectoryConnection, routes } from '@carrel/contract';
import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { ProblemAlert } from '../ui/index.ts';
import { TestSteps } from './test-steps.tsx';

export interface DirectoryTestDialogProps {
  readonly directory: DirectoryConnection;
  readonly onClose: () => void;
}

/** Goes through the connection to a directory step by step. Mount it to open it. */
export function DirectoryTestDialog({ directory, onClose }: DirectoryTestDialogProps): ReactNode {
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const test = useChange(routes.testDirectory, { invalidates: [queryKeys.directories] });
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    test.mutate({
      params: { directoryId: directory.id },
      body: {
        ...(userName.trim() === '' ? {} : { userName: userName.trim() }),
        ...(password === '' ? {} : { password }),
      },
    });
  };
  return (
    <Modal opened onClose={onClose} size={620} title={`Test ${directory.name}`}>
      <form onSubmit={onSubmit}>
        <Stack gap="md">
          <Text size="sm">
            With nothing filled in, the connection alone is tested. A name also looks for the person and their
            groups, and with their password signs them in.
          </Text>
          <TextInput
            label="User name"
            placeholder={`ada@${directory.dnsName}`}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            value={userName}
            onChange={(event) => setUserName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Their password"
            description="Used for this test only."
            autoComplete="off"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {test.data ? <TestSteps result={test.data} /> : null}
          {test.error ? <ProblemAlert error={test.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" loading={test.isPending}>
              Test
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
