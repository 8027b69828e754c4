import { routes, type SessionEntry } from '@carrel/contract';
import { Button, Text } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { queryKeys, useApi, useChange, wholeList } from '../api/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  formatTime,
  ProblemAlert,
  StatusBadge,
  type TableColumn,
  TimeAgo,
} from '../ui/index.ts';
import { programName } from './program-name.ts';

/** One's own open sessions, and the way to end them. */
export function SessionsPanel(): ReactNode {
  const api = useApi();
  const sessions = useQuery({
    queryKey: queryKeys.sessions,
    queryFn: async ({ signal }) => (await api.call(routes.listSessions, { signal })).items,
  });
  const end = useChange(routes.endSession, { invalidates: [queryKeys.sessions] });
  const { mutate } = end;
  const columns = useMemo(
    () => sessionColumns((session) => mutate({ params: { sessionId: session.id } })),
    [mutate],
  );
  return (
    <Card title="Sessions" description="Where you are signed in." flush>
      {end.error ? <ProblemAlert error={end.error} /> : null}
      <DataTable
        label="Sessions"
        columns={columns}
        list={wholeList(sessions)}
        rowId={(session) => session.id}
        empty={
          <EmptyState icon={<IconDeviceDesktop size={26} />} title="No sessions">
            There are none to show.
          </EmptyState>
        }
      />
    </Card>
  );
}

function sessionColumns(onEnd: (session: SessionEntry) => void): readonly TableColumn<SessionEntry>[] {
  return [
    {
      id: 'program',
      header: 'Program',
      cell: (session) => (
        <>
          <Text size="sm" fw={550}>
            {session.transport === 'cookie' ? programName(session.userAgent) : 'Command line'}{' '}
            {session.isCurrent ? (
              <StatusBadge tone="good" plain>
                this one
              </StatusBadge>
            ) : null}
          </Text>
          <Text size="xs" c="dimmed">
            from {session.address}
            {session.provider === null ? '' : `, signed in by ${session.provider}`}
          </Text>
        </>
      ),
    },
    { id: 'used', header: 'Last used', cell: (session) => <TimeAgo time={session.lastUsedAt} /> },
    { id: 'created', header: 'Signed in', cell: (session) => <TimeAgo time={session.createdAt} /> },
    {
      id: 'expires',
      header: 'Ends',
      cell: (session) => <span className="number">{formatTime(session.expiresAt)}</span>,
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (session) =>
        session.isCurrent ? null : (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={`End the session from ${session.address}`}
            onClick={() => onEnd(session)}
          >
            End
          </Button>
        ),
    },
  ];
}
