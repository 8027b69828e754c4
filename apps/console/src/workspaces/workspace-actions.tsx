import { routes, type Workspace } from '@carrel/contract';
import { Button, Checkbox, Group, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { IconCopy, IconDots, IconDownload, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { ProblemAlert, TypedConfirmation } from '../ui/index.ts';
import { EffectQuestion } from './effect/effect-question.tsx';
import { useExport } from './transfer/use-export.ts';

/** What can be done with a workspace as a whole. */
export function WorkspaceActions({ workspace }: { readonly workspace: Workspace }): ReactNode {
  const mayEdit = useMay('workspaces.edit', { workspaceId: workspace.id });
  const mayMake = useMay('workspaces.edit');
  const [open, setOpen] = useState<'clone' | 'delete'>();
  const download = useExport();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconDots size={16} aria-hidden />}
            loading={download.isPending}
          >
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => download.mutate([workspace])}
          >
            Export
          </Menu.Item>
          {mayMake ? (
            <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => setOpen('clone')}>
              Copy
            </Menu.Item>
          ) : null}
          {mayEdit ? (
            <Menu.Item
              c="var(--carrel-bad)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => setOpen('delete')}
            >
              Delete
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'clone' ? <CloneDialog workspace={workspace} onClose={close} /> : null}
      {open === 'delete' ? <DeleteDialog workspace={workspace} onClose={close} /> : null}
    </>
  );
}

interface DialogProps {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}

function CloneDialog({ workspace, onClose }: DialogProps): ReactNode {
  const navigate = useNavigate();
  const mayAssign = useMay('workspaces.assign');
  const [name, setName] = useState('');
  const [withAssignments, setWithAssignments] = useState(false);
  const clone = useChange(routes.cloneWorkspace, {
    invalidates: [queryKeys.workspaces],
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: '/workspaces/$workspaceId', params: { workspaceId: id } });
    },
  });
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const named = name.trim() === '' ? {} : { name: name.trim() };
    clone.mutate({ params: { workspaceId: workspace.id }, body: { ...named, withAssignments } });
  };
  return (
    <Modal opened onClose={onClose} title={`Copy ${workspace.name}`}>
      <form onSubmit={onSubmit}>
        <Stack gap="md">
          <TextInput
            label="Name"
            placeholder={`${workspace.name} - 2`}
            description="Empty: the next free number behind its name."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          {mayAssign ? (
            <Checkbox
              label="Also give it to everybody who has the original"
              checked={withAssignments}
              onChange={(event) => setWithAssignments(event.currentTarget.checked)}
            />
          ) : null}
          {clone.error ? <ProblemAlert error={clone.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={clone.isPending}>
              Copy
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function DeleteDialog({ workspace, onClose }: DialogProps): ReactNode {
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
      <Stack gap="sm">
        <span>
          Its assignments are deleted with it. Computers stop and remove it at their next contact; what people
          kept in it is lost.
        </span>
        <EffectQuestion isAsked change={{ kind: 'delete-workspace', workspaceId: workspace.id }} />
      </Stack>
    </TypedConfirmation>
  );
}
