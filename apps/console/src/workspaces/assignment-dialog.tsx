import { type Assignment, newAssignmentSchema, routes } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import {
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, ProblemAlert, type SchemaForm, useSchemaForm } from '../ui/index.ts';
import {
  type AssignmentFormValues,
  assignmentInputOf,
  assignmentValuesOf,
  newAssignmentValues,
} from './assignment-values.ts';
import { offlineSentence } from './offline-limit.ts';
import { PrincipalChoice } from './principal-choice.tsx';

export interface AssignmentDialogProps {
  readonly workspaceId: WorkspaceId;
  /** Changed when there is one, made otherwise. */
  readonly assignment?: Assignment;
  readonly onClose: () => void;
}

/** Grants or denies a workspace to somebody. Mount it to open it. */
export function AssignmentDialog({ workspaceId, assignment, onClose }: AssignmentDialogProps): ReactNode {
  const form = useSchemaForm<AssignmentFormValues>({
    initialValues: assignment ? assignmentValuesOf(assignment) : newAssignmentValues(browserTimeZone()),
    errorsOf: (values) => principalFirst(fieldErrors(newAssignmentSchema, assignmentInputOf(values))),
  });
  const put = useChange(routes.putAssignment, {
    invalidates: [[...queryKeys.workspaces, workspaceId, 'assignments']],
    onDone: onClose,
  });
  const onSubmit = form.onSubmit((values) =>
    put.mutate({ params: { workspaceId }, body: newAssignmentSchema.parse(assignmentInputOf(values)) }),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={assignment ? `Assignment of ${assignment.principalName}` : 'Assign to a user or group'}
    >
      <form onSubmit={onSubmit} noValidate>
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
            <Limits form={form} />
          )}
          {put.error ? <ProblemAlert error={put.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={put.isPending}>
              {assignment ? 'Save' : 'Assign'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Limits({ form }: { readonly form: SchemaForm<AssignmentFormValues> }): ReactNode {
  const [timeZones] = useState(() => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]);
  const hours = form.values.settings.offlineLimitHours;
  return (
    <>
      <Group grow align="flex-start">
        <TextInput
          type="date"
          label="Last day of use"
          description="Empty: no end"
          {...form.getInputProps('settings.expiresOn')}
        />
        <Select
          label="Time zone"
          description="In which that day ends"
          data={timeZones}
          searchable
          allowDeselect={false}
          limit={40}
          {...form.getInputProps('settings.timeZone')}
        />
      </Group>
      <NumberInput
        label="Offline limit in hours"
        description={`Use without contact: ${typeof hours === 'number' ? offlineSentence(hours) : '—'}. 0 forbids it.`}
        allowDecimal={false}
        clampBehavior="none"
        {...form.getInputProps('settings.offlineLimitHours')}
      />
    </>
  );
}

function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The schema speaks of parts of the principal; the form has one field for it. */
function principalFirst(errors: Readonly<Record<string, string>>): Record<string, string> {
  const isMissing = Object.keys(errors).some((path) => path.startsWith('principal'));
  return isMissing ? { ...errors, principal: 'Choose a user or a group.' } : { ...errors };
}

function textOf(error: ReactNode): string | undefined {
  return typeof error === 'string' ? error : undefined;
}
