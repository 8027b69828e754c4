import { roleGrantInputSchema, routes } from '@carrel/contract';
import { Button, Group, Modal, MultiSelect, SegmentedControl, Select, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { PrincipalChoice } from '../people/principal-choice.tsx';
import { fieldErrors, ProblemAlert, useSchemaForm } from '../ui/index.ts';
import { useWorkspaceChoice } from '../workspaces/use-workspace-names.ts';
import { useRoles } from './use-roles.ts';

type GrantValues = {
  /** `user:ID` or `group:ID`; empty while nothing is chosen. */
  principal: string;
  roleId: string;
  over: 'all' | 'workspaces';
  workspaceIds: string[];
};

/** Gives a role to somebody. Mount it to open it. */
export function NewGrantDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const roles = useRoles();
  const workspaces = useWorkspaceChoice();
  const form = useSchemaForm<GrantValues>({
    initialValues: { principal: '', roleId: '', over: 'all', workspaceIds: [] },
    errorsOf: errorsOf,
  });
  const put = useChange(routes.putRoleGrant, {
    invalidates: [queryKeys.roleGrants, queryKeys.session],
    onDone: onClose,
  });
  const onSubmit = form.onSubmit((values) =>
    put.mutate({ body: roleGrantInputSchema.parse(inputOf(values)) }),
  );
  const role = roles.data?.find((each) => each.id === form.values.roleId);
  const { principal: principalError } = form.errors;
  return (
    <Modal opened onClose={onClose} title="Give a role">
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <PrincipalChoice
            value={form.values.principal === '' ? null : form.values.principal}
            onChange={(value) => form.setFieldValue('principal', value ?? '')}
            error={typeof principalError === 'string' ? principalError : undefined}
          />
          <Select
            label="Role"
            description={role?.description}
            placeholder="Choose a role"
            data={(roles.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            {...form.getInputProps('roleId')}
          />
          <SegmentedControl
            fullWidth
            aria-label="Over"
            data={[
              { value: 'all', label: 'Over everything' },
              { value: 'workspaces', label: 'Over some workspaces' },
            ]}
            {...form.getInputProps('over')}
          />
          {form.values.over === 'all' ? null : (
            <MultiSelect
              label="Workspaces"
              description="What concerns the whole instance, such as users or the audit log, is not given this way."
              searchable
              data={(workspaces ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              {...form.getInputProps('workspaceIds')}
            />
          )}
          {put.error ? <ProblemAlert error={put.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={put.isPending}>
              Give role
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function inputOf({ principal, roleId, over, workspaceIds }: GrantValues): unknown {
  const [kind, id] = principal.split(':');
  return {
    principal: { kind, id },
    roleId,
    scope: over === 'all' ? { kind: 'all' } : { kind: 'workspaces', workspaceIds },
  };
}

/** The schema speaks of parts of principal and scope; the form has one field for each. */
function errorsOf(values: GrantValues): Record<string, string> {
  const errors = fieldErrors(roleGrantInputSchema, inputOf(values));
  const isAbout = (name: string): boolean => Object.keys(errors).some((path) => path.startsWith(name));
  return {
    ...(isAbout('principal') ? { principal: 'Choose a user or a group.' } : {}),
    ...(isAbout('roleId') ? { roleId: 'Choose a role.' } : {}),
    ...(isAbout('scope') ? { workspaceIds: 'Choose at least one workspace.' } : {}),
  };
}
