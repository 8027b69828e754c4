import { newEnrolmentTokenSchema, routes } from '@carrel/contract';
import { Alert, Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi, useChange } from '../api/index.ts';
import { CommandBlock, fieldErrors, formatTime, Loaded, ProblemAlert, useSchemaForm } from '../ui/index.ts';
import { enrolCommand } from './enrol-command.ts';

interface MadeToken {
  readonly token: string;
  readonly expiresAt: string;
  readonly maximumUses: number;
}

/** Makes an enrolment token and shows the one command that uses it. Mount it to open it. */
export function EnrolDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [made, setMade] = useState<MadeToken>();
  return (
    <Modal
      opened
      onClose={onClose}
      title="Enrol computers"
      size={made ? 'lg' : 'md'}
      closeOnClickOutside={made === undefined}
    >
      {made ? <TokenMade made={made} onClose={onClose} /> : <TokenForm onMade={setMade} onClose={onClose} />}
    </Modal>
  );
}

interface TokenFormProps {
  readonly onMade: (made: MadeToken) => void;
  readonly onClose: () => void;
}

function TokenForm({ onMade, onClose }: TokenFormProps): ReactNode {
  const form = useSchemaForm<{ maximumUses: number | string; validForHours: number | string; note: string }>({
    initialValues: newEnrolmentTokenSchema.parse({}),
    errorsOf: (values) => fieldErrors(newEnrolmentTokenSchema, values),
  });
  const create = useChange(routes.createEnrolmentToken, { invalidates: [], onDone: onMade });
  const onSubmit = form.onSubmit((values) => create.mutate({ body: newEnrolmentTokenSchema.parse(values) }));
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Group grow align="flex-start">
          <NumberInput
            label="Computers"
            description="How many may use it"
            allowDecimal={false}
            clampBehavior="none"
            data-autofocus
            {...form.getInputProps('maximumUses')}
          />
          <NumberInput
            label="Valid for"
            description="Hours from now"
            suffix=" h"
            allowDecimal={false}
            clampBehavior="none"
            {...form.getInputProps('validForHours')}
          />
        </Group>
        <TextInput label="Note" placeholder="Accounting, second floor" {...form.getInputProps('note')} />
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
  const api = useApi();
  const instance = useQuery({
    queryKey: queryKeys.instance,
    queryFn: ({ signal }) => api.call(routes.getInstance, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Loaded query={instance}>
      {({ authorityFingerprint }) => (
        <Stack gap="md">
          <Text size="sm">
            Run this on{' '}
            {made.maximumUses === 1 ? 'the computer' : `each of up to ${made.maximumUses} computers`} before{' '}
            {formatTime(made.expiresAt)}:
          </Text>
          <CommandBlock
            label="Enrol this computer"
            command={enrolCommand({
              origin: window.location.origin,
              authorityFingerprint,
              token: made.token,
            })}
          />
          <Alert variant="outline" color="yellow" icon={<IconKey />} title="The token is shown this once">
            <Text size="sm">
              Whoever has it can enrol a computer. The fingerprint makes the computer trust this server and no
              other; if computers reach it under another address, put that in the place of{' '}
              <span className="mono">{window.location.host}</span>.
            </Text>
          </Alert>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Loaded>
  );
}
