import { type Assignment, routes } from '@carrel/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../../api/index.ts';
import { ProblemAlert } from '../../ui/index.ts';
import { assignmentsConflictOf } from './assignments-conflict.ts';
import { AssignmentsConflictPanel } from './assignments-conflict-panel.tsx';

export interface RemoveAssignmentDialogProps {
  readonly assignment: Assignment;
  /** Of the assignments as they were when this was opened. */
  readonly revision: number;
  readonly onClose: () => void;
}

/** Takes a grant or denial back. Mount it to open it. */
export function RemoveAssignmentDialog(props: RemoveAssignmentDialogProps): ReactNode {
  const { assignment, revision, onClose } = props;
  const { workspaceId, id: assignmentId, principalName, effect } = assignment;
  const remove = useChange(routes.deleteAssignment, {
    invalidates: [[...queryKeys.workspaces, workspaceId, 'assignments']],
    onDone: onClose,
  });
  const send = (basis: number): void =>
    remove.mutate({ params: { workspaceId, assignmentId }, revision: basis });
  const conflict = assignmentsConflictOf(remove.error);
  return (
    <Modal opened onClose={onClose} title={`Remove the assignment of ${principalName}`}>
      <Stack gap="md">
        <Text size="sm">
          {effect === 'allow'
            ? `${principalName} loses this workspace at the next contact, unless another assignment grants it.`
            : `${principalName} is no longer denied this workspace; other assignments apply again.`}
        </Text>
        {conflict ? (
          <AssignmentsConflictPanel
            conflict={conflict}
            action="Remove all the same"
            isBusy={remove.isPending}
            onGoOn={() => send(conflict.revision)}
            onDiscard={onClose}
          />
        ) : (
          <>
            {remove.error ? <ProblemAlert error={remove.error} /> : null}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose} data-autofocus>
                Cancel
              </Button>
              <Button color="red.8" loading={remove.isPending} onClick={() => send(revision)}>
                Remove
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
