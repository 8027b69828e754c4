import { newApiTokenSchema, routes } from '@carrel/contract';
import { Alert, Button, Group, Modal, MultiSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { useSession } from '../session/index.ts';
import {
  CommandBlock,
  fieldErrors,
  formatTime,
  PermissionChoice,
  ProblemAlert,
  useSchemaForm,
} from '../ui/index.ts';
import { useWorkspaceChoice } from '../workspaces/use-workspace-names.ts';

type TokenValues = {
  name: string;
  permissions: string[];
  /** Empty: all that its user may see. */
  workspaceIds: string[];
  validForDays: number | string;
};

interface MadeToken {
  readonly token: string;
  readonly expiresAt: string;
}

/** Makes an API token of one's own and shows it this once. Mount it to open it. */
export function NewTokenDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [made, setMade] = useState<MadeToken>();
  return (
    <Modal opened onClose={onClose} size={620} title="New API token" closeOnClickOutside={made === undefined}>
      {made ? <TokenMade made={made} onClose={onClose} /> : <TokenForm onMade={setMade} onClose={onClose} />}
    </Modal>
  );
}

interface TokenFormProps {
  readonly onMade: (made: MadeToken) => void;
  readonly onClose: () => void;
}

function TokenForm({ onMade, onClose }: TokenFormProps): ReactNode {
  const session = useSession();
  const workspaces = useWorkspaceChoice();
  const form = useSchemaForm<TokenValues>({
    initialValues: { name: '', permissions: [], workspaceIds: [], validForDays: 90 },
    errorsOf: (values) => fieldErrors(newApiTokenSchema, inputOf(values)),
  });
  const create = useChange(routes.createToken, { invalidates: [queryKeys.tokens], onDone: onMade });
  const onSubmit = form.onSubmit((values) =>
    create.mutate({ body: newApiTokenSchema.parse(inputOf(values)) }),
  );
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="What uses it, so that you know later what to revoke."
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <PermissionChoice
          label="May do"
          description="Of what you may do yourself, at each moment."
          value={form.values.permissions}
          onChange={(permissions) => form.setFieldValue('permissions', permissions)}
          error={form.errors.permissions}
          offered={session?.permissions ?? []}
        />
        <MultiSelect
          label="Only for these workspaces"
          description="Empty: for all you may see."
          searchable
          data={(workspaces ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('workspaceIds')}
        />
        <NumberInput
          label="Valid for"
          suffix=" days"
          description="At most a year."
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps('validForDays')}
        />
        {create.error ? <ProblemAlert error={create.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Make token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function TokenMade({ made, onClose }: { readonly made: MadeToken; readonly onClose: () => void }): ReactNode {
  return (
    <Stack gap="md">
      <CommandBlock label="API token" command={made.token} />
      <Alert variant="outline" color="yellow" icon={<IconKey />} title="The token is shown this once">
        <Text size="sm">
          Whoever has it acts as you until {formatTime(made.expiresAt)}. Keep it where secrets are kept;{' '}
          <span className="mono">carrel</span> takes it from the variable{' '}
          <span className="mono">CARREL_TOKEN</span>, with the server in{' '}
          <span className="mono">CARREL_SERVER</span>.
        </Text>
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}

function inputOf({ workspaceIds, ...values }: TokenValues): unknown {
  return { ...values, workspaceIds: workspaceIds.length === 0 ? null : workspaceIds };
}
