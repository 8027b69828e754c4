import { newGroupSchema, routes } from '@carrel/contract';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, ProblemAlert, useSchemaForm } from '../ui/index.ts';

/** Adds a group. Mount it to open it. */
export function NewGroupDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const form = useSchemaForm({
    initialValues: { name: '' },
    errorsOf: (values) => fieldErrors(newGroupSchema, values),
  });
  const create = useChange(routes.createGroup, { invalidates: [queryKeys.groups], onDone: onClose });
  const onSubmit = form.onSubmit((values) => create.mutate({ body: newGroupSchema.parse(values) }));
  return (
    <Modal opened onClose={onClose} title="New group">
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput label="Name" data-autofocus autoComplete="off" {...form.getInputProps('name')} />
          {create.error ? <ProblemAlert error={create.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Add group
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
