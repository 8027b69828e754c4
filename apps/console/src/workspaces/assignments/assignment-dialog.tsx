import { type Assignment, newAssignmentSchema, routes } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import { Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../../api/index.ts';
import { PrincipalChoice } from '../../people/principal-choice.tsx';
import { fieldErrors, ProblemAlert, useSchemaForm } from '../../ui/index.ts';
import { EffectQuestion } from '../effect/effect-question.tsx';
import {
  type AssignmentFormValues,
  assignmentInputOf,
  assignmentValuesOf,
  newAssignmentValues,
} from './assignment-values.ts';
import { assignmentsConflictOf } from './assignments-conflict.ts';
import { AssignmentsConflictPanel } from './assignments-conflict-panel.tsx';
import { GrantFields } from './grant-fields.tsx';

export interface AssignmentDialogProps {
  readonly workspaceId: WorkspaceId;
  /** Of the assignments as they were when this was opened. */
  readonly revision: number;
  /** Changed when there is one, made otherwise. */
  readonly assignment?: Assignment;
  readonly onClose: () => void;
}

/** Grants or denies a workspace to somebody. Mount it to open it. */
export function AssignmentDialog(props: AssignmentDialogProps): ReactNode {
  const { workspaceId, revision, assignment, onClose } = props;
  const form = useSchemaForm<AssignmentFormValues>({
    initialValues: assignment ? assignmentValuesOf(assignment) : newAssignmentValues(browserTimeZone()),
    errorsOf: (values) => placed(fieldErrors(newAssignmentSchema, assignmentInputOf(values))),
  });
  const put = useChange(routes.putAssignment, {
    invalidates: [[...queryKeys.workspaces, workspaceId]],
    onDone: onClose,
  });
  const submit = (basis: number) =>
    form.onSubmit((values) =>
      put.mutate({
        params: { workspaceId },
        body: newAssignmentSchema.parse(assignmentInputOf(values)),
        revision: basis,
      }),
    );
  const conflict = assignmentsConflictOf(put.error);
  const input = newAssignmentSchema.safeParse(assignmentInputOf(form.values));
  return (
    <Modal
      opened
      onClose={onClose}
      size={640}
      title={assignment ? `Assignment of ${assignment.principalName}` : 'Assign to a user or group'}
    >
      <form onSubmit={submit(revision)} noValidate>
        <Stack gap="md">
          {assignment ? null : (
            <PrincipalChoice
              value={form.values.principal === '' ? null : form.values.principal}
              onChange={(value) => form.setFieldValue('principal', value ?? '')}
              error={textOf(form.errors.principal)}
            />
          )}
          <SegmentedControl
            fullWidth
            aria-label="Effect"
            data={[
              { value: 'allow', label: 'Allow' },
              { value: 'deny', label: 'Deny' },
            ]}
            {...form.getInputProps('effect')}
          />
          {form.values.effect === 'deny' ? (
            <Text size="sm" c="dimmed">
              A denial beats every grant, also those of groups they are in. Running workspaces are stopped at
              the next contact.
            </Text>
          ) : (
            <GrantFields form={form} />
          )}
          <EffectQuestion
            change={
              input.success ? { kind: 'put-assignment', workspaceId, assignment: input.data } : undefined
            }
          />
          {conflict ? (
            <AssignmentsConflictPanel
              conflict={conflict}
              action="Save mine on top"
              isBusy={put.isPending}
              onGoOn={() => submit(conflict.revision)()}
              onDiscard={onClose}
            />
          ) : (
            <>
              {put.error ? <ProblemAlert error={put.error} /> : null}
              <Group justify="flex-end" gap="xs">
                <Button variant="default" onClick={onClose}>
                  Cancel
                </Button>
                <Button type="submit" loading={put.isPending}>
                  {assignment ? 'Save' : 'Assign'}
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </form>
    </Modal>
  );
}

function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The schema speaks of parts of the principal and of hours; the form has other fields for them. */
function placed(errors: Readonly<Record<string, string>>): Record<string, string> {
  const { 'settings.offlineLimitHours': offline, ...others } = errors;
  const isMissing = Object.keys(errors).some((path) => path.startsWith('principal'));
  return {
    ...others,
    ...(isMissing ? { principal: 'Choose a user or a group.' } : {}),
    ...(offline === undefined ? {} : { 'offline.amount': 'Enter a time of up to a year.' }),
  };
}

function textOf(error: ReactNode): string | undefined {
  return typeof error === 'string' ? error : undefined;
}
