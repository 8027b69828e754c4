import { type Image, routes, type Workspace } from '@carrel/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queryKeys, useApi, useChange } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { Loaded, Page, ProblemAlert, StatusBadge, TimeAgo, TypedConfirmation } from '../ui/index.ts';
import { AssignmentsPanel } from './assignments-panel.tsx';
import { ConflictPanel } from './conflict-panel.tsx';
import { useImages } from './image-choice.ts';
import { tabOfPath, type WorkspaceTab } from './tab-names.ts';
import { useUnsavedGuard } from './use-unsaved-guard.ts';
import { useWorkspaceEditing, type WorkspaceEditing } from './use-workspace-editing.ts';
import { countChanges } from './workspace-changes.ts';
import classes from './workspace-tabs.module.css';
import { WorkspaceTabs } from './workspace-tabs.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspaceId');

/** One workspace: its policy by tab, and who gets it. */
export function WorkspacePage(): ReactNode {
  const { workspaceId } = route.useParams();
  const api = useApi();
  const images = useImages().data ?? [];
  const query = useQuery({
    queryKey: [...queryKeys.workspaces, workspaceId],
    queryFn: ({ signal }) => api.call(routes.getWorkspace, { params: { workspaceId }, signal }),
  });
  return (
    <Loaded query={query}>
      {(workspace) => <WorkspaceEditor key={workspace.id} workspace={workspace} images={images} />}
    </Loaded>
  );
}

interface WorkspaceEditorProps {
  readonly workspace: Workspace;
  readonly images: readonly Image[];
}

function WorkspaceEditor({ workspace, images }: WorkspaceEditorProps): ReactNode {
  const mayEdit = useMay('workspaces.edit');
  const navigate = useNavigate();
  const { tab = 'general' } = route.useSearch();
  const [isDeleting, deleting] = useDisclosure(false);
  const editing = useWorkspaceEditing(workspace);
  useUnsavedGuard(editing.isDirty);
  const onTab = (next: WorkspaceTab): void =>
    void navigate({
      to: '/workspaces/$workspaceId',
      params: { workspaceId: workspace.id },
      search: { tab: next },
      replace: true,
    });
  const onSubmit = editing.form.onSubmit(editing.save, (errors) =>
    onTab(tabOfPath(Object.keys(errors)[0] ?? '')),
  );
  const imageName = (id: string): string | undefined => images.find((image) => image.id === id)?.name;
  return (
    <Page
      title={workspace.name}
      parent={{ label: 'Workspaces', to: '/workspaces' }}
      badge={
        <StatusBadge tone="neutral" plain>
          version {workspace.revision}
        </StatusBadge>
      }
      description={
        <>
          Changed <TimeAgo time={workspace.updatedAt} /> by {workspace.updatedBy}
        </>
      }
      actions={
        mayEdit ? (
          <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={deleting.open}>
            Delete
          </Button>
        ) : undefined
      }
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          {editing.conflict ? (
            <ConflictPanel
              newest={workspace}
              conflict={editing.conflict}
              isSaving={editing.isSaving}
              imageName={imageName}
              onSaveOnTop={editing.saveOnTop}
              onDiscard={editing.discard}
            />
          ) : null}
          <WorkspaceTabs
            form={editing.form}
            isReadOnly={!mayEdit}
            images={images}
            tab={tab}
            onTab={onTab}
            assignments={<AssignmentsPanel workspaceId={workspace.id} />}
          />
          {editing.error ? <ProblemAlert error={editing.error} /> : null}
          {editing.isDirty && !editing.conflict ? <SaveBar editing={editing} /> : null}
        </Stack>
      </form>
      {isDeleting ? <DeleteDialog workspace={workspace} onClose={deleting.close} /> : null}
    </Page>
  );
}

function SaveBar({ editing }: { readonly editing: WorkspaceEditing }): ReactNode {
  const { form } = editing;
  const count = countChanges(form.getInitialValues(), form.getValues());
  return (
    <div className={classes.bar}>
      <Text size="sm" fw={550} role="status">
        {count === 1 ? '1 unsaved change' : `${count} unsaved changes`}
      </Text>
      <Group gap="xs">
        <Button variant="default" onClick={editing.discard} disabled={editing.isSaving}>
          Discard
        </Button>
        <Button type="submit" loading={editing.isSaving}>
          Save
        </Button>
      </Group>
    </div>
  );
}

function DeleteDialog({
  workspace,
  onClose,
}: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): ReactNode {
  const navigate = useNavigate();
  const remove = useChange(routes.deleteWorkspace, {
    invalidates: [[...queryKeys.workspaces, 'list']],
    onDone: () => void navigate({ to: '/workspaces', ignoreBlocker: true }),
  });
  return (
    <TypedConfirmation
      title={`Delete ${workspace.name}`}
      expected={workspace.name}
      confirmLabel="Delete workspace"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { workspaceId: workspace.id } })}
      onClose={onClose}
    >
      Its assignments are deleted with it. Computers stop and remove it at their next contact; what people
      kept in it is lost.
    </TypedConfirmation>
  );
}
