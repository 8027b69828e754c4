import { routes, type SignInProvider, signInPaths } from '@carrel/contract';
import {
  Button,
  Fieldset,
  Group,
  Modal,
  PasswordInput,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { queryKeys, useChange } from '../api/index.ts';
import { ListEditor, newEntry, SettingList } from '../schema-fields/index.ts';
import { CommandBlock, fieldErrors, ProblemAlert, type SchemaForm, useSchemaForm } from '../ui/index.ts';
import {
  groupEntrySettings,
  newProviderValues,
  type ProviderValues,
  providerInputOf,
  providerSchemas,
  providerSettings,
  providerValuesOf,
  providerWords,
} from './provider-values.ts';

const groupSchema = z.object({ externalId: z.string(), name: z.string() });

export interface ProviderDialogProps {
  /** Changed when there is one, added otherwise. */
  readonly provider?: SignInProvider;
  readonly onClose: () => void;
}

/** Adds or changes a provider of single sign-on. Mount it to open it. */
export function ProviderDialog({ provider, onClose }: ProviderDialogProps): ReactNode {
  const schema = provider ? providerSchemas.change : providerSchemas.create;
  const form = useSchemaForm<ProviderValues>({
    initialValues: provider ? providerValuesOf(provider) : newProviderValues(window.location.origin),
    errorsOf: (values) => fieldErrors(schema, providerInputOf(values)),
  });
  const done = { invalidates: [queryKeys.providers], onDone: onClose };
  const create = useChange(routes.createSignInProvider, done);
  const change = useChange(routes.changeSignInProvider, done);
  const onSubmit = form.onSubmit((values) => {
    const input = providerInputOf(values);
    if (provider) {
      change.mutate({ params: { providerId: provider.id }, body: providerSchemas.change.parse(input) });
    } else create.mutate({ body: providerSchemas.create.parse(input) });
  });
  const error = create.error ?? change.error;
  return (
    <Modal
      opened
      onClose={onClose}
      size={700}
      title={provider ? `Change ${provider.displayName}` : 'Add a provider'}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <ProviderFields form={form} hasSecret={provider?.hasClientSecret ?? false} />
          {error ? <ProblemAlert error={error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending || change.isPending}>
              {provider ? 'Save' : 'Add provider'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface ProviderFieldsProps {
  readonly form: SchemaForm<ProviderValues>;
  readonly hasSecret: boolean;
}

function ProviderFields({ form, hasSecret }: ProviderFieldsProps): ReactNode {
  const shared = { form, settings: providerSettings, words: providerWords };
  return (
    <>
      <SettingList {...shared} paths={['displayName', 'issuer', 'clientId']} />
      <PasswordInput
        label="Client secret"
        description={
          hasSecret
            ? 'Empty: stays as it is.'
            : 'Empty for a public client, which proves itself by PKCE alone.'
        }
        autoComplete="off"
        {...form.getInputProps('clientSecret')}
      />
      <SettingList {...shared} paths={['consoleOrigin']} />
      <Stack gap={4}>
        <Text size="sm">The provider has to know this address as one it may lead people back to:</Text>
        <CommandBlock
          label="Address to register at the provider"
          command={`${form.values.consoleOrigin}${signInPaths.callback}`}
        />
      </Stack>
      <SettingList {...shared} paths={['isEnabled']} />
      <Fieldset legend="Who is who">
        <Stack gap="md">
          <SettingList {...shared} paths={['userNameClaim', 'displayNameClaim', 'scopes']} />
        </Stack>
      </Fieldset>
      <Fieldset legend="Groups">
        <Stack gap="md">
          <SettingList {...shared} paths={['groups.claim', 'groups.taken']} />
          <ListEditor
            form={form}
            path="groups.listed"
            isReadOnly={false}
            label="Groups with a name here"
            addLabel="Name a group"
            kinds={[{ label: 'Group', make: () => newEntry(groupEntrySettings) }]}
            summary={groupName}
            nameOf={groupName}
            empty="None. Needed where the provider sends identifiers that nobody can read."
          >
            {(entryPath) => (
              <SettingList
                form={form}
                settings={groupEntrySettings}
                words={providerWords}
                paths={['externalId', 'name']}
                prefix={`${entryPath}.`}
              />
            )}
          </ListEditor>
        </Stack>
      </Fieldset>
      <Fieldset legend="Who is let in">
        <Stack gap="md">
          <TextInput
            label="Claim"
            description="Empty: everybody the provider lets in."
            spellCheck={false}
            {...form.getInputProps('required.claim')}
          />
          {form.values.required.claim.trim() === '' ? null : (
            <TagsInput
              label="One of these values"
              acceptValueOnBlur
              {...form.getInputProps('required.values')}
            />
          )}
        </Stack>
      </Fieldset>
      <SettingList {...shared} paths={['authorityPem', 'clockSkewSeconds']} />
    </>
  );
}

function groupName(entry: unknown): string {
  const { externalId, name } = groupSchema.parse(entry);
  return name === '' ? externalId || 'New group' : `${name} (${externalId})`;
}
