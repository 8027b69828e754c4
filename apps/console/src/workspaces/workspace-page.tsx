import { type Image, routes, type Workspace } from '@carrel/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { Loaded, Page, ProblemAlert, StatusBadge, TimeAgo, useUnsavedGuard } from '../ui/index.ts';
import { AssignmentsPanel } from './assignments/assignments-panel.tsx';
import { ConflictPanel } from './conflict-panel.tsx';
import { EffectQuestion } from './effect/effect-question.tsx';
import { ExplainPanel } from './explain/explain-panel.tsx';
import { inputOf } from './form-values.ts';
import { HistoryPanel } from './history/history-panel.tsx';
import { useImages } from './image-choice.ts';
import { tabOfPath, type WorkspaceTab } from './tab-names.ts';
import { useWorkspaceEditing, type WorkspaceEditing } from './use-workspace-editing.ts';
import { WorkspaceActions } from './workspace-actions.tsx';
import { countChanges } from './workspace-changes.ts';
import classes from './workspace-tabs.module.css';
import { WorkspaceTabs } from './workspace-tabs.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspaceId');

/** One workspace: its policy by tab, who gets it, and what it was before. */
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
  const mayEdit = useMay('workspaces.edit', { workspaceId: workspace.id });
  const navigate = useNavigate();
  const { tab = 'general' } = route.useSearch();
  const editing = useWorkspaceEditing(workspace);
  useUnsavedGuard(editing.isDirty);
  const onTab = (next: WorkspaceTab): void =>
    void navigate({
      to: '/workspaces/$workspaceId',
      params: { workspaceId: workspace.id },
      search: { tab: next },
      replace: true,
    });
  const onFaults = (errors: Readonly<Record<string, unknown>>): void =>
    onTab(tabOfPath(Object.keys(errors)[0] ?? ''));
  const onSubmit = editing.form.onSubmit(editing.save, onFaults);
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
      actions={<WorkspaceActions workspace={workspace} />}
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
            saved={{
              assignments: <AssignmentsPanel workspaceId={workspace.id} />,
              explain: <ExplainPanel workspace={workspace} />,
              history: <HistoryPanel workspace={workspace} />,
            }}
          />
          {editing.error ? <ProblemAlert error={editing.error} /> : null}
          {editing.isDirty && !editing.conflict ? (
            <SaveBar workspace={workspace} editing={editing} onFaults={onFaults} />
          ) : null}
        </Stack>
      </form>
    </Page>
  );
}

interface SaveBarProps {
  readonly workspace: Workspace;
  readonly editing: WorkspaceEditing;
  readonly onFaults: (errors: Readonly<Record<string, unknown>>) => void;
}

function SaveBar({ workspace, editing, onFaults }: SaveBarProps): ReactNode {
  const { form } = editing;
  const [isPreviewing, preview] = useDisclosure(false);
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
        <Button
          variant="default"
          disabled={editing.isSaving}
          onClick={() => form.onSubmit(preview.open, onFaults)()}
        >
          Preview
        </Button>
        <Button type="submit" loading={editing.isSaving}>
          Save
        </Button>
      </Group>
      {isPreviewing ? (
        <PreviewDialog workspace={workspace} editing={editing} onClose={preview.close} />
      ) : null}
    </div>
  );
}

interface PreviewDialogProps {
  readonly workspace: Workspace;
  readonly editing: WorkspaceEditing;
  readonly onClose: () => void;
}

/** What saving would change, for whom. */
function PreviewDialog({ workspace, editing, onClose }: PreviewDialogProps): ReactNode {
  const { form } = editing;
  const save = (): void => {
    onClose();
    editing.save(form.getValues());
  };
  return (
    <Modal opened onClose={onClose} size={680} title="What would change">
      <Stack gap="md">
        <EffectQuestion
          isAsked
          change={{ kind: 'workspace', workspaceId: workspace.id, input: inputOf(form.getValues()) }}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Go on editing
          </Button>
          <Button onClick={save} data-autofocus>
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
