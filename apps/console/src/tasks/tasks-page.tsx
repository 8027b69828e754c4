import { routes, type Task } from '@carrel/contract';
import { formatDuration } from '@carrel/kit';
import { Button, Progress, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { queryKeys, useApi, useChange, usePages } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  DataTable,
  describeError,
  EmptyState,
  Page,
  StatusBadge,
  type TableColumn,
  TimeAgo,
} from '../ui/index.ts';
import { taskPercent, taskSentence, toneOfTask } from './task-progress.ts';

/** Long-running operations of the server, newest first. */
export function TasksPage(): ReactNode {
  const api = useApi();
  const mayCancel = useMay('images.publish');
  const tasks = usePages({
    queryKey: [...queryKeys.tasks, 'list'],
    read: (query, signal) => api.call(routes.listTasks, { query, signal }),
  });
  const columns = useMemo(() => taskColumns(mayCancel), [mayCancel]);
  return (
    <Page title="Tasks" description="Long operations of the server. They go on when you leave this page.">
      <Card flush>
        <DataTable
          label="Tasks"
          columns={columns}
          list={tasks}
          rowId={(task) => task.id}
          empty={
            <EmptyState icon={<IconListCheck size={26} />} title="No tasks yet">
              Verifying a version of an image is one: open an image, then “Verify every byte” in a version’s
              menu.
            </EmptyState>
          }
        />
      </Card>
    </Page>
  );
}

function taskColumns(mayCancel: boolean): readonly TableColumn<Task>[] {
  const columns: TableColumn<Task>[] = [
    {
      id: 'title',
      header: 'Task',
      cell: (task) => (
        <>
          <Text size="sm" fw={550}>
            {task.title}
          </Text>
          {task.error === null ? null : (
            <Text size="xs" c="var(--mantine-color-error)">
              {task.error.message} {task.error.remedy}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      cell: (task) => <StatusBadge tone={toneOfTask[task.state]}>{task.state}</StatusBadge>,
    },
    { id: 'progress', header: 'Progress', cell: (task) => <TaskProgress task={task} /> },
    {
      id: 'started',
      header: 'Started',
      cell: (task) => (
        <>
          <TimeAgo time={task.createdAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {task.createdBy}
          </Text>
        </>
      ),
    },
    {
      id: 'took',
      header: 'Took',
      align: 'end',
      cell: (task) => (
        <span className="number">
          {task.endedAt === null
            ? '—'
            : formatDuration(Date.parse(task.endedAt) - Date.parse(task.createdAt))}
        </span>
      ),
    },
  ];
  if (!mayCancel) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (task) => (task.state === 'running' ? <CancelButton task={task} /> : null),
    },
  ];
}

function TaskProgress({ task }: { readonly task: Task }): ReactNode {
  if (task.state !== 'running') return task.state === 'succeeded' ? 'all done' : '—';
  const percent = taskPercent(task);
  return (
    <div>
      <Progress
        value={percent ?? 100}
        animated={percent === undefined}
        w={160}
        size="sm"
        aria-label={`Progress of ${task.title}`}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {taskSentence(task)}
      </Text>
    </div>
  );
}

function CancelButton({ task }: { readonly task: Task }): ReactNode {
  const cancel = useChange(routes.cancelTask, { invalidates: [queryKeys.tasks] });
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Cancel ${task.title}`}
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ params: { taskId: task.id } })}
      >
        Cancel
      </Button>
      {cancel.error ? (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {describeError(cancel.error).message}
        </Text>
      ) : null}
    </>
  );
}
