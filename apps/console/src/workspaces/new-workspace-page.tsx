import { routes, workspaceInputSchema } from '@carrel/contract';
import { Button, Group, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, Page, ProblemAlert, useSchemaForm, useUnsavedGuard } from '../ui/index.ts';
import { inputOf, newValues, type WorkspaceFormValues } from './form-values.ts';
import { useImages } from './image-choice.ts';
import { tabOfPath, type WorkspaceTab } from './tab-names.ts';
import { WorkspaceTabs } from './workspace-tabs.tsx';

/** A new workspace, starting from the policy's defaults. */
export function NewWorkspacePage(): ReactNode {
  const navigate = useNavigate();
  const images = useImages().data ?? [];
  const [tab, setTab] = useState<WorkspaceTab>('general');
  const form = useSchemaForm<WorkspaceFormValues>({
    initialValues: newValues(),
    errorsOf: (values) => fieldErrors(workspaceInputSchema, values),
  });
  const create = useChange(routes.createWorkspace, {
    invalidates: [queryKeys.workspaces],
    onDone: (workspace) =>
      void navigate({
        to: '/workspaces/$workspaceId',
        params: { workspaceId: workspace.id },
        search: { tab: 'assignments' },
        ignoreBlocker: true,
      }),
  });
  useUnsavedGuard(form.isDirty());
  const onSubmit = form.onSubmit(
    (values) => create.mutate({ body: inputOf(values) }),
    (errors) => setTab(tabOfPath(Object.keys(errors)[0] ?? '')),
  );
  return (
    <Page
      title="New workspace"
      parent={{ label: 'Workspaces', to: '/workspaces' }}
      description="Every setting has a default; a name and an image are enough to begin."
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <WorkspaceTabs form={form} isReadOnly={false} images={images} tab={tab} onTab={setTab} />
          {create.error ? <ProblemAlert error={create.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => void navigate({ to: '/workspaces' })}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create workspace
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
