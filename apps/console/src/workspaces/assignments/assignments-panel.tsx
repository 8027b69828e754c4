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

type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'change' | 'remove'; readonly assignment: Assignment };

/** Who a workspace is granted to, and until when. */
export function AssignmentsPanel({ workspaceId }: { readonly workspaceId: WorkspaceId }): ReactNode {
  const api = useApi();
  const mayAssign = useMay('workspaces.assign', { workspaceId });
  const [open, setOpen] = useState<Open>();
  const assignments = usePages({
    queryKey: [...queryKeys.workspaces, workspaceId, 'assignments'],
    read: (query, signal) => api.call(routes.listAssignments, { params: { workspaceId }, query, signal }),
  });
  const columns = useMemo(
    () =>
      assignmentColumns({
        mayAssign,
        onChange: (assignment) => setOpen({ kind: 'change', assignment }),
        onRemove: (assignment) => setOpen({ kind: 'remove', assignment }),
      }),
    [mayAssign],
  );
  const close = (): void => setOpen(undefined);
  const add = mayAssign ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen({ kind: 'new' })}>
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
      {open?.kind === 'new' ? <AssignmentDialog workspaceId={workspaceId} onClose={close} /> : null}
      {open?.kind === 'change' ? (
        <AssignmentDialog workspaceId={workspaceId} assignment={open.assignment} onClose={close} />
      ) : null}
      {open?.kind === 'remove' ? (
        <RemoveAssignmentDialog assignment={open.assignment} onClose={close} />
      ) : null}
    </div>
  );
}
