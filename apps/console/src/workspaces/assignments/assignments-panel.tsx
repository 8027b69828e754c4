import { type Assignment, routes } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import { Button } from '@mantine/core';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, usePages } from '../../api/index.ts';
import { useMay } from '../../session/index.ts';
import { Card, DataTable, EmptyState } from '../../ui/index.ts';
import { assignmentColumns } from './assignment-columns.tsx';
import { AssignmentDialog } from './assignment-dialog.tsx';
import { RemoveAssignmentDialog } from './remove-assignment-dialog.tsx';

type OpenKind =
  | { readonly kind: 'new' }
  | { readonly kind: 'change' | 'remove'; readonly assignment: Assignment };

/** With the revision of the assignments that the person saw when opening it. */
type Open = OpenKind & { readonly revision: number };

/** Who a workspace is granted to, and until when. */
export function AssignmentsPanel({ workspaceId }: { readonly workspaceId: WorkspaceId }): ReactNode {
  const api = useApi();
  const mayAssign = useMay('workspaces.assign', { workspaceId });
  const [open, setOpen] = useState<Open>();
  const assignments = usePages({
    queryKey: [...queryKeys.workspaces, workspaceId, 'assignments'],
    read: (query, signal) => api.call(routes.listAssignments, { params: { workspaceId }, query, signal }),
  });
  const { revision } = assignments;
  const columns = useMemo(
    () =>
      assignmentColumns({
        mayAssign: mayAssign && revision !== undefined,
        onChange: (assignment) => setOpen(openedAt(revision, { kind: 'change', assignment })),
        onRemove: (assignment) => setOpen(openedAt(revision, { kind: 'remove', assignment })),
      }),
    [mayAssign, revision],
  );
  const close = (): void => setOpen(undefined);
  const add = mayAssign ? (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      disabled={revision === undefined}
      onClick={() => setOpen(openedAt(revision, { kind: 'new' }))}
    >
      Assign
    </Button>
  ) : undefined;
  return (
    // The dialogs have forms of their own, which are no submission of the policy around them.
    <div onSubmit={(event) => event.stopPropagation()}>
      <Card
        title="Assignments"
        description="Users and groups that get this workspace. A denial beats every grant."
        actions={assignments.items?.length === 0 ? undefined : add}
        flush
      >
        <DataTable
          label="Assignments"
          columns={columns}
          list={assignments}
          rowId={(assignment) => assignment.id}
          empty={
            <EmptyState icon={<IconUsers size={26} />} title="Nobody has this workspace yet" action={add}>
              Assign it to a user or a group; it appears on their computers at the next contact.
            </EmptyState>
          }
        />
      </Card>
      {open ? <OpenDialog workspaceId={workspaceId} open={open} onClose={close} /> : null}
    </div>
  );
}

interface OpenDialogProps {
  readonly workspaceId: WorkspaceId;
  readonly open: Open;
  readonly onClose: () => void;
}

function OpenDialog({ workspaceId, open, onClose }: OpenDialogProps): ReactNode {
  const { revision } = open;
  if (open.kind === 'new') {
    return <AssignmentDialog workspaceId={workspaceId} revision={revision} onClose={onClose} />;
  }
  const { assignment } = open;
  return open.kind === 'change' ? (
    <AssignmentDialog
      workspaceId={workspaceId}
      revision={revision}
      assignment={assignment}
      onClose={onClose}
    />
  ) : (
    <RemoveAssignmentDialog assignment={assignment} revision={revision} onClose={onClose} />
  );
}

/** Nothing opens before it is known what the change would be based on. */
function openedAt(revision: number | undefined, what: OpenKind): Open | undefined {
  return revision === undefined ? undefined : { revision, ...what };
}
