import { routes, type SignInProvider } from '@carrel/contract';
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconLogin2, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, useChange, wholeList } from '../api/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  StatusBadge,
  type TableColumn,
  TimeAgo,
  TypedConfirmation,
} from '../ui/index.ts';
import { ProviderDialog } from './provider-dialog.tsx';
import { ProviderTestDialog } from './provider-test-dialog.tsx';

type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'change' | 'test' | 'delete'; readonly provider: SignInProvider };

/** Every provider of single sign-on. */
export function ProvidersPanel(): ReactNode {
  const api = useApi();
  const [open, setOpen] = useState<Open>();
  const providers = useQuery({
    queryKey: queryKeys.providers,
    queryFn: async ({ signal }) => (await api.call(routes.listSignInProviders, { signal })).items,
  });
  const columns = useMemo(() => providerColumns(setOpen), []);
  const close = (): void => setOpen(undefined);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen({ kind: 'new' })}>
      Add a provider
    </Button>
  );
  return (
    <Card
      title="Single sign-on"
      description="Providers of OpenID Connect. Each is a button on the sign-in page."
      actions={providers.data?.length === 0 ? undefined : add}
      flush
    >
      <DataTable
        label="Providers"
        columns={columns}
        list={wholeList(providers)}
        rowId={(provider) => provider.id}
        empty={
          <EmptyState icon={<IconLogin2 size={26} />} title="No provider yet" action={add}>
            Register Carrel as a client at your provider; its issuer and the client id are enough to begin.
          </EmptyState>
        }
      />
      {open?.kind === 'new' ? <ProviderDialog onClose={close} /> : null}
      {open?.kind === 'change' ? <ProviderDialog provider={open.provider} onClose={close} /> : null}
      {open?.kind === 'test' ? <ProviderTestDialog provider={open.provider} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteDialog provider={open.provider} onClose={close} /> : null}
    </Card>
  );
}

function providerColumns(onOpen: (open: Open) => void): readonly TableColumn<SignInProvider>[] {
  return [
    {
      id: 'name',
      header: 'Provider',
      sortBy: (provider) => provider.displayName,
      cell: (provider) => (
        <>
          <Text size="sm" fw={550}>
            {provider.displayName}
          </Text>
          <Text size="xs" c="dimmed" className="mono">
            {provider.issuer}
          </Text>
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      cell: (provider) => (
        <StatusBadge tone={provider.isEnabled ? 'good' : 'neutral'}>
          {provider.isEnabled ? 'in use' : 'off'}
        </StatusBadge>
      ),
    },
    {
      id: 'updated',
      header: 'Changed',
      sortBy: (provider) => provider.updatedAt,
      cell: (provider) => <TimeAgo time={provider.updatedAt} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (provider) => (
        <Group gap={2} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="light"
            aria-label={`Test ${provider.displayName}`}
            onClick={() => onOpen({ kind: 'test', provider })}
          >
            Test
          </Button>
          <ActionIcon
            aria-label={`Change ${provider.displayName}`}
            onClick={() => onOpen({ kind: 'change', provider })}
          >
            <IconPencil size={17} />
          </ActionIcon>
          <ActionIcon
            aria-label={`Delete ${provider.displayName}`}
            onClick={() => onOpen({ kind: 'delete', provider })}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </Group>
      ),
    },
  ];
}

interface DeleteDialogProps {
  readonly provider: SignInProvider;
  readonly onClose: () => void;
}

function DeleteDialog({ provider, onClose }: DeleteDialogProps): ReactNode {
  const remove = useChange(routes.deleteSignInProvider, {
    invalidates: [queryKeys.providers],
    onDone: onClose,
  });
  return (
    <TypedConfirmation
      title={`Delete ${provider.displayName}`}
      expected={provider.displayName}
      confirmLabel="Delete provider"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { providerId: provider.id } })}
      onClose={onClose}
    >
      The sessions it opened end. People who came from it stay, and can no longer sign in.
    </TypedConfirmation>
  );
}
