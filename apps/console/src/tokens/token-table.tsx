import { type ApiToken, routes } from '@carrel/contract';
import { Button, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { type PagedList, queryKeys, useChange } from '../api/index.ts';
import {
  ConfirmDialog,
  DataTable,
  formatTime,
  permissionWords,
  StatusBadge,
  type TableColumn,
  TimeAgo,
  type Tone,
} from '../ui/index.ts';

const tones: Readonly<Record<ApiToken['state'], Tone>> = {
  active: 'good',
  expired: 'neutral',
  revoked: 'bad',
};

export interface TokenTableProps {
  readonly list: PagedList<ApiToken>;
  readonly empty: ReactNode;
  /** Shows whose each is. */
  readonly hasOwners?: boolean;
}

/** API tokens with what they may do, and the way to end them. */
export function TokenTable({ list, empty, hasOwners = false }: TokenTableProps): ReactNode {
  const [revoking, setRevoking] = useState<ApiToken>();
  const columns = useMemo(() => tokenColumns(hasOwners, setRevoking), [hasOwners]);
  return (
    <>
      <DataTable label="API tokens" columns={columns} list={list} rowId={(token) => token.id} empty={empty} />
      {revoking ? <RevokeDialog token={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </>
  );
}

function tokenColumns(
  hasOwners: boolean,
  onRevoke: (token: ApiToken) => void,
): readonly TableColumn<ApiToken>[] {
  const owner: TableColumn<ApiToken> = {
    id: 'owner',
    header: 'Acts as',
    sortBy: (token) => token.userName,
    cell: (token) => token.userName,
  };
  return [
    {
      id: 'name',
      header: 'Token',
      sortBy: (token) => token.name,
      cell: (token) => (
        <>
          <Text size="sm" fw={550}>
            {token.name}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {token.permissions.map((permission) => permissionWords[permission]).join(' · ')}
            {token.workspaceIds === null ? '' : ` · ${token.workspaceIds.length} workspaces only`}
          </Text>
        </>
      ),
    },
    ...(hasOwners ? [owner] : []),
    {
      id: 'state',
      header: 'State',
      sortBy: (token) => token.state,
      cell: (token) => <StatusBadge tone={tones[token.state]}>{token.state}</StatusBadge>,
    },
    {
      id: 'expires',
      header: 'Valid until',
      sortBy: (token) => token.expiresAt,
      cell: (token) => <span className="number">{formatTime(token.expiresAt)}</span>,
    },
    {
      id: 'used',
      header: 'Last used',
      sortBy: (token) => token.lastUsedAt ?? '',
      cell: (token) =>
        token.lastUsedAt === null ? (
          'never'
        ) : (
          <>
            <TimeAgo time={token.lastUsedAt} />{' '}
            <Text span size="xs" c="dimmed">
              {token.lastAddress}
            </Text>
          </>
        ),
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (token) =>
        token.state === 'active' ? (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={`Revoke ${token.name}`}
            onClick={() => onRevoke(token)}
          >
            Revoke
          </Button>
        ) : null,
    },
  ];
}

interface RevokeDialogProps {
  readonly token: ApiToken;
  readonly onClose: () => void;
}

function RevokeDialog({ token, onClose }: RevokeDialogProps): ReactNode {
  const revoke = useChange(routes.revokeToken, { invalidates: [queryKeys.tokens], onDone: onClose });
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}`}
      confirmLabel="Revoke"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ params: { tokenId: token.id } })}
      onClose={onClose}
    >
      Whatever uses it is refused from now on. A revoked token cannot be made to work again.
    </ConfirmDialog>
  );
}
