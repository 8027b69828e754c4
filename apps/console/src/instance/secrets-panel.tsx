import { newSecretSchema, routes, type Secret, secretNameSchema } from '@carrel/contract';
import { ActionIcon, Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconLock, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { z } from 'zod';
import { queryKeys, useApi, useChange, wholeList } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  fieldErrors,
  ProblemAlert,
  type TableColumn,
  TimeAgo,
  TypedConfirmation,
  useSchemaForm,
} from '../ui/index.ts';

type Open = { readonly kind: 'new' } | { readonly kind: 'replace' | 'delete'; readonly secret: Secret };

/** Secrets that policies name; their values are never shown. */
export function SecretsPanel(): ReactNode {
  const api = useApi();
  const mayManage = useMay('instance.manage');
  const [open, setOpen] = useState<Open>();
  const secrets = useQuery({
    queryKey: queryKeys.secrets,
    queryFn: async ({ signal }) => (await api.call(routes.listSecrets, { signal })).items,
  });
  const columns = useMemo(() => secretColumns(mayManage ? setOpen : undefined), [mayManage]);
  const close = (): void => setOpen(undefined);
  const add = mayManage ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen({ kind: 'new' })}>
      New secret
    </Button>
  ) : undefined;
  return (
    <Card
      title="Secrets"
      description="Passwords that policies name, such as that of the account that joins computers to a domain."
      actions={secrets.data?.length === 0 ? undefined : add}
      flush
    >
      <DataTable
        label="Secrets"
        columns={columns}
        list={wholeList(secrets)}
        rowId={(secret) => secret.name}
        empty={
          <EmptyState icon={<IconLock size={26} />} title="No secrets" action={add}>
            A set-up action names a secret instead of holding a password, so that no person reads it.
          </EmptyState>
        }
      />
      {open?.kind === 'new' ? <SecretDialog onClose={close} /> : null}
      {open?.kind === 'replace' ? <SecretDialog name={open.secret.name} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteDialog secret={open.secret} onClose={close} /> : null}
    </Card>
  );
}

function secretColumns(onOpen: ((open: Open) => void) | undefined): readonly TableColumn<Secret>[] {
  const columns: TableColumn<Secret>[] = [
    {
      id: 'name',
      header: 'Secret',
      sortBy: (secret) => secret.name,
      cell: (secret) => <span className="mono">{secret.name}</span>,
    },
    {
      id: 'updated',
      header: 'Last change',
      sortBy: (secret) => secret.updatedAt,
      cell: (secret) => (
        <>
          <TimeAgo time={secret.updatedAt} />{' '}
          <Text span size="xs" c="dimmed">
            by {secret.updatedBy}
          </Text>
        </>
      ),
    },
  ];
  if (!onOpen) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (secret) => (
        <Group gap={2} justify="flex-end" wrap="nowrap">
          <ActionIcon
            aria-label={`Replace ${secret.name}`}
            onClick={() => onOpen({ kind: 'replace', secret })}
          >
            <IconPencil size={17} />
          </ActionIcon>
          <ActionIcon aria-label={`Delete ${secret.name}`} onClick={() => onOpen({ kind: 'delete', secret })}>
            <IconTrash size={17} />
          </ActionIcon>
        </Group>
      ),
    },
  ];
}

const formSchema = z.strictObject({ name: secretNameSchema.min(1), value: newSecretSchema.shape.value });

interface SecretDialogProps {
  /** Of the secret that is replaced; absent for a new one. */
  readonly name?: string;
  readonly onClose: () => void;
}

function SecretDialog({ name, onClose }: SecretDialogProps): ReactNode {
  const form = useSchemaForm<{ name: string; value: string }>({
    initialValues: { name: name ?? '', value: '' },
    errorsOf: (values) => fieldErrors(formSchema, values),
  });
  const put = useChange(routes.putSecret, { invalidates: [queryKeys.secrets], onDone: onClose });
  const onSubmit = form.onSubmit((values) =>
    put.mutate({ params: { secretName: values.name }, body: { value: values.value } }),
  );
  return (
    <Modal opened onClose={onClose} title={name === undefined ? 'New secret' : `Replace ${name}`}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          {name === undefined ? (
            <TextInput
              label="Name"
              placeholder="join-account"
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              {...form.getInputProps('name')}
            />
          ) : null}
          <PasswordInput
            label="Value"
            description="It is not shown again."
            autoComplete="off"
            {...form.getInputProps('value')}
          />
          {put.error ? <ProblemAlert error={put.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={put.isPending}>
              Keep secret
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface DeleteDialogProps {
  readonly secret: Secret;
  readonly onClose: () => void;
}

function DeleteDialog({ secret, onClose }: DeleteDialogProps): ReactNode {
  const remove = useChange(routes.deleteSecret, { invalidates: [queryKeys.secrets], onDone: onClose });
  return (
    <TypedConfirmation
      title={`Delete ${secret.name}`}
      expected={secret.name}
      confirmLabel="Delete secret"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { secretName: secret.name } })}
      onClose={onClose}
    >
      Set-up actions that name it fail from now on.
    </TypedConfirmation>
  );
}
