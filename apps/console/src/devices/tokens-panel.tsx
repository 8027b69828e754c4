import { type CallOutput, routes } from '@carrel/contract';
import { ActionIcon, Text } from '@mantine/core';
import { IconKey, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, useChange, usePages } from '../api/index.ts';
import {
  Card,
  ConfirmDialog,
  DataTable,
  EmptyState,
  formatTime,
  StatusBadge,
  type TableColumn,
  TimeAgo,
} from '../ui/index.ts';

type Token = CallOutput<typeof routes.listEnrolmentTokens>['items'][number];

const states = {
  usable: { label: 'usable', tone: 'good' },
  'used-up': { label: 'used up', tone: 'neutral' },
  expired: { label: 'expired', tone: 'neutral' },
} as const;

/** The tokens that enrol computers; what they are is never shown again. */
export function TokensPanel(): ReactNode {
  const api = useApi();
  const [revoking, setRevoking] = useState<Token>();
  const tokens = usePages({
    queryKey: [...queryKeys.devices, 'tokens'],
    read: (query, signal) => api.call(routes.listEnrolmentTokens, { query, signal }),
  });
  const columns = useMemo(() => tokenColumns(setRevoking), []);
  return (
    <Card title="Enrolment tokens" description="Whoever has one can enrol a computer." flush>
      <DataTable
        label="Enrolment tokens"
        columns={columns}
        list={tokens}
        rowId={(token) => token.id}
        empty={
          <EmptyState icon={<IconKey size={26} />} title="No tokens">
            Enrol computers makes one, and shows the command that uses it.
          </EmptyState>
        }
      />
      {revoking ? <RevokeTokenDialog token={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </Card>
  );
}

function tokenColumns(onRevoke: (token: Token) => void): readonly TableColumn<Token>[] {
  return [
    {
      id: 'note',
      header: 'Note',
      sortBy: (token) => token.note,
      cell: (token) => (
        <>
          <Text size="sm" fw={550}>
            {token.note === '' ? 'without a note' : token.note}
          </Text>
          <Text size="xs" c="dimmed" className="mono">
            {token.id}
          </Text>
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      sortBy: (token) => token.state,
      cell: (token) => <StatusBadge tone={states[token.state].tone}>{states[token.state].label}</StatusBadge>,
    },
    {
      id: 'uses',
      header: 'Used',
      align: 'end',
      sortBy: (token) => token.uses,
      cell: (token) => (
        <span className="number">
          {token.uses} of {token.maximumUses}
        </span>
      ),
    },
    {
      id: 'expires',
      header: 'Valid until',
      sortBy: (token) => token.expiresAt,
      cell: (token) => <span className="number">{formatTime(token.expiresAt)}</span>,
    },
    {
      id: 'created',
      header: 'Made',
      sortBy: (token) => token.createdAt,
      cell: (token) => (
        <>
          <TimeAgo time={token.createdAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {token.createdBy}
          </Text>
        </>
      ),
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (token) =>
        token.state === 'usable' ? (
          <ActionIcon
            aria-label={`Revoke the token ${token.note || token.id}`}
            onClick={() => onRevoke(token)}
          >
            <IconTrash size={17} />
          </ActionIcon>
        ) : null,
    },
  ];
}

interface RevokeTokenDialogProps {
  readonly token: Token;
  readonly onClose: () => void;
}

function RevokeTokenDialog({ token, onClose }: RevokeTokenDialogProps): ReactNode {
  const revoke = useChange(routes.revokeEnrolmentToken, {
    invalidates: [[...queryKeys.devices, 'tokens']],
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Revoke the token ${token.note || token.id}`}
      confirmLabel="Revoke"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ params: { enrolmentTokenId: token.id } })}
      onClose={onClose}
    >
      It enrols no more computers. Those it has enrolled stay.
    </ConfirmDialog>
  );
}
