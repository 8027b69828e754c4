import { type DirectoryConnection, routes } from '@carrel/contract';
import { Button, Fieldset, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { queryKeys, useChange } from '../api/index.ts';
import { ListEditor, newEntry, SettingList } from '../schema-fields/index.ts';
import { fieldErrors, ProblemAlert, type SchemaForm, useSchemaForm } from '../ui/index.ts';
import {
  type DirectoryValues,
  directoryInputOf,
  directorySchemas,
  directorySettings,
  directoryValuesOf,
  directoryWords,
  newDirectoryValues,
  serverSettings,
} from './directory-values.ts';
import { TestSteps } from './test-steps.tsx';

const serverEntrySchema = z.object({ host: z.string(), port: z.union([z.number(), z.string()]) });

export interface DirectoryDialogProps {
  /** Changed when there is one, added otherwise. */
  readonly directory?: DirectoryConnection;
  readonly onClose: () => void;
}

/** Adds or changes a directory; a test says which step fails before it is saved. Mount it to open it. */
export function DirectoryDialog({ directory, onClose }: DirectoryDialogProps): ReactNode {
  const schema = directory ? directorySchemas.change : directorySchemas.create;
  const form = useSchemaForm<DirectoryValues>({
    initialValues: directory ? directoryValuesOf(directory) : newDirectoryValues,
    errorsOf: (values) => fieldErrors(schema, directoryInputOf(values)),
  });
  const done = { invalidates: [queryKeys.directories], onDone: onClose };
  const create = useChange(routes.createDirectory, done);
  const change = useChange(routes.changeDirectory, done);
  const test = useChange(routes.testNewDirectory, { invalidates: [] });
  const onSubmit = form.onSubmit((values) => {
    const input = directoryInputOf(values);
    if (directory) {
      change.mutate({
        params: { directoryId: directory.id },
        body: directorySchemas.change.parse(input),
        revision: directory.revision,
      });
    } else create.mutate({ body: directorySchemas.create.parse(input) });
  });
  const runTest = form.onSubmit((values) =>
    test.mutate({ body: { directory: directorySchemas.create.parse(directoryInputOf(values)) } }),
  );
  const error = create.error ?? change.error ?? test.error;
  return (
    <Modal
      opened
      onClose={onClose}
      size={700}
      title={directory ? `Change ${directory.name}` : 'Add a directory'}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <DirectoryFields form={form} isNew={directory === undefined} />
          {test.data ? <TestSteps result={test.data} /> : null}
          {error ? <ProblemAlert error={error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            {form.values.bindPassword === '' ? null : (
              <Button variant="default" loading={test.isPending} onClick={() => runTest()}>
                Test
              </Button>
            )}
            <Button type="submit" loading={create.isPending || change.isPending}>
              {directory ? 'Save' : 'Add directory'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface DirectoryFieldsProps {
  readonly form: SchemaForm<DirectoryValues>;
  readonly isNew: boolean;
}

function DirectoryFields({ form, isNew }: DirectoryFieldsProps): ReactNode {
  const shared = { form, settings: directorySettings, words: directoryWords };
  return (
    <>
      <SettingList
        {...shared}
        paths={['name', 'profile', 'dnsName', 'netbiosName', 'userNameSuffixes', 'isEnabled']}
      />
      <Fieldset legend="Servers">
        <ListEditor
          form={form}
          path="servers"
          isReadOnly={false}
          label="Servers"
          addLabel="Add a server"
          kinds={[{ label: 'Server', make: () => newEntry(serverSettings) }]}
          isOrdered
          {...(isNew ? { startsOpenAt: 0 } : {})}
          summary={serverName}
          nameOf={serverName}
          empty="None yet."
        >
          {(entryPath) => (
            <SettingList
              form={form}
              settings={serverSettings}
              words={directoryWords}
              paths={['host', 'port', 'security']}
              prefix={`${entryPath}.`}
            />
          )}
        </ListEditor>
      </Fieldset>
      <Fieldset legend="Reading it">
        <Stack gap="md">
          <SettingList {...shared} paths={['baseDn', 'bindDn']} />
          <PasswordInput
            label={directoryWords.bindPassword?.label}
            description={
              isNew
                ? undefined
                : 'Empty: stays as it is. Another server, account or authority needs it again.'
            }
            autoComplete="off"
            {...form.getInputProps('bindPassword')}
          />
          <SettingList {...shared} paths={['certificateAuthority', 'trustWithoutContactHours']} />
        </Stack>
      </Fieldset>
      <Fieldset legend="Attributes">
        <Stack gap="md">
          <Text size="xs" c="dimmed">
            Only where this directory differs from others of its kind.
          </Text>
          <SettingList
            {...shared}
            paths={[
              'attributes.userName',
              'attributes.displayName',
              'attributes.groupName',
              'attributes.externalId',
            ]}
          />
        </Stack>
      </Fieldset>
    </>
  );
}

function serverName(entry: unknown): string {
  const { host, port } = serverEntrySchema.parse(entry);
  return host === '' ? 'New server' : `${host}:${port}`;
}
