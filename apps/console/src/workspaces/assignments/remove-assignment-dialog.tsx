import { type Assignment, routes } from '@carrel/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../../api/index.ts';
import { ProblemAlert } from '../../ui/index.ts';

export interface RemoveAssignmentDialogProps {
  readonly assignment: Assignment;
  readonly onClose: () => void;
}

/** Takes a grant or denial back. Mount it to open it. */
export function RemoveAssignmentDialog({ assignment, onClose }: RemoveAssignmentDialogProps): ReactNode {
  const { workspaceId, id: assignmentId, principalName, effect } = assignment;
  const remove = useChange(routes.deleteAssignment, {
    invalidates: [[...queryKeys.workspaces, workspaceId, 'assignments']],
    onDone: onClose,
  });
  return (
    <Modal opened onClose={onClose} title={`Remove the assignment of ${principalName}`}>
      <Stack gap="md">
        <Text size="sm">
          {effect === 'allow'
            ? `${principalName} loses this workspace at the next contact, unless another assignment grants it.`
            : `${principalName} is no longer denied this workspace; other assignments apply again.`}
        </Text>
        {remove.error ? <ProblemAlert error={remove.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red.8"
            loading={remove.isPending}
            onClick={() => remove.mutate({ params: { workspaceId, assignmentId } })}
          >
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
