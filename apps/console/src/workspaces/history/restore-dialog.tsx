import { routes, type Workspace } from '@carrel/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../../api/index.ts';
import { Loaded, ProblemAlert } from '../../ui/index.ts';
import { ChangeList } from '../changes/change-list.tsx';
import { useComparison } from './use-comparison.ts';

export interface RestoreDialogProps {
  readonly workspace: Workspace;
  readonly revision: number;
  readonly onClose: () => void;
}

/** Shows what restoring a version changes, and does it. Mount it to open it. */
export function RestoreDialog({ workspace, revision, onClose }: RestoreDialogProps): ReactNode {
  const queryClient = useQueryClient();
  const query = useComparison(workspace.id, workspace.revision, revision);
  const restore = useChange(routes.restoreRevision, {
    invalidates: [queryKeys.workspaces],
    onDone: (saved) => {
      queryClient.setQueryData([...queryKeys.workspaces, workspace.id], saved);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} size={680} title={`Restore version ${revision}`}>
      <Stack gap="md">
        <Text size="sm">
          A new version is saved that equals version {revision}. Who has the workspace stays as it is. This
          changes:
        </Text>
        <Loaded query={query}>{(changes) => <ChangeList changes={changes} />}</Loaded>
        {restore.error ? <ProblemAlert error={restore.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            loading={restore.isPending}
            disabled={query.data === undefined}
            onClick={() =>
              restore.mutate({
                params: { workspaceId: workspace.id, revision },
                revision: workspace.revision,
              })
            }
          >
            Restore
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
