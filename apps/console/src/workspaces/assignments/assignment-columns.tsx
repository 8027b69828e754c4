import type { Assignment } from '@carrel/contract';
import { ActionIcon, Group, Text } from '@mantine/core';
import { IconPencil, IconTrash, IconUser, IconUsersGroup } from '@tabler/icons-react';
import { formatDate, StatusBadge, type TableColumn, TimeAgo } from '../../ui/index.ts';
import { offlineSentence } from './offline-limit.ts';

export interface AssignmentColumnsInput {
  readonly mayAssign: boolean;
  readonly onChange: (assignment: Assignment) => void;
  readonly onRemove: (assignment: Assignment) => void;
}

/** Columns of the assignments of a workspace. */
export function assignmentColumns(input: AssignmentColumnsInput): readonly TableColumn<Assignment>[] {
  return [
    {
      id: 'principal',
      header: 'User or group',
      sortBy: (assignment) => assignment.principalName,
      cell: (assignment) => {
        const Icon = assignment.principal.kind === 'user' ? IconUser : IconUsersGroup;
        return (
          <Group gap={8} wrap="nowrap">
            <Icon size={17} stroke={1.7} aria-label={assignment.principal.kind} />
            <Text span fw={550} size="sm">
              {assignment.principalName}
            </Text>
          </Group>
        );
      },
    },
    {
      id: 'effect',
      header: 'Effect',
      sortBy: (assignment) => assignment.effect,
      cell: (assignment) => (
        <StatusBadge tone={assignment.effect === 'allow' ? 'good' : 'bad'}>
          {assignment.effect === 'allow' ? 'allowed' : 'denied'}
        </StatusBadge>
      ),
    },
    {
      id: 'expiry',
      header: 'Last day',
      sortBy: (assignment) => assignment.settings.expiresOn ?? '9999',
      cell: ({ effect, settings }) =>
        effect === 'deny' ? '—' : settings.expiresOn === null ? 'no end' : formatDate(settings.expiresOn),
    },
    {
      id: 'offline',
      header: 'Offline',
      sortBy: (assignment) => assignment.settings.offlineLimitHours ?? Number.MAX_SAFE_INTEGER,
      cell: ({ effect, settings }) => (effect === 'deny' ? '—' : offlineSentence(settings.offlineLimitHours)),
    },
    {
      id: 'created',
      header: 'Assigned',
      sortBy: (assignment) => assignment.createdAt,
      cell: (assignment) => (
        <>
          <TimeAgo time={assignment.createdAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {assignment.createdBy}
          </Text>
        </>
      ),
    },
    ...(input.mayAssign ? [actionColumn(input)] : []),
  ];
}

function actionColumn({ onChange, onRemove }: AssignmentColumnsInput): TableColumn<Assignment> {
  return {
    id: 'actions',
    header: 'Actions',
    isAction: true,
    cell: (assignment) => (
      <Group gap={2} justify="flex-end" wrap="nowrap">
        <ActionIcon
          aria-label={`Change the assignment of ${assignment.principalName}`}
          onClick={() => onChange(assignment)}
        >
          <IconPencil size={17} />
        </ActionIcon>
        <ActionIcon
          aria-label={`Remove the assignment of ${assignment.principalName}`}
          onClick={() => onRemove(assignment)}
        >
          <IconTrash size={17} />
        </ActionIcon>
      </Group>
    ),
  };
}
