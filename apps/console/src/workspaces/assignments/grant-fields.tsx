import { Fieldset, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { SettingField } from '../../schema-fields/index.ts';
import type { SchemaForm } from '../../ui/index.ts';
import type { AssignmentFormValues } from './assignment-values.ts';
import { grantSettings, grantWords } from './grant-words.ts';
import type { OfflineLimit } from './offline-limit.ts';

export interface GrantFieldsProps {
  readonly form: SchemaForm<AssignmentFormValues>;
}

const offlineKinds: Readonly<Record<OfflineLimit['kind'], string>> = {
  forbidden: 'Not allowed',
  hours: 'For some hours',
  days: 'For some days',
  unlimited: 'Without limit',
};

/** Everything a grant limits for those it is given to. */
export function GrantFields({ form }: GrantFieldsProps): ReactNode {
  return (
    <>
      <Times form={form} />
      <Fieldset legend="Doors between computer and workspace">
        <Stack gap="md">
          <GrantSetting form={form} path="clipboard" />
          <Transfer form={form} way="toWorkspace" />
          <Transfer form={form} way="toHost" />
          <GrantSetting form={form} path="isPrintingAllowed" />
          <GrantSetting form={form} path="isOpticalDriveAllowed" />
        </Stack>
      </Fieldset>
      <Fieldset legend="Delete the workspace from the computer">
        <Stack gap="md">
          <GrantSetting form={form} path="deletion.whenDisabled" />
          <GrantSetting form={form} path="deletion.whenExpired" />
          <GrantSetting form={form} path="deletion.whenOfflineTooLong" />
        </Stack>
      </Fieldset>
    </>
  );
}

function Times({ form }: GrantFieldsProps): ReactNode {
  const [timeZones] = useState(() => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]);
  const { kind } = form.values.offline;
  const { expiresOn } = form.values.settings;
  return (
    <>
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <TextInput
          type="date"
          miw={180}
          label={grantWords.expiresOn?.label}
          description={grantWords.expiresOn?.description}
          {...form.getInputProps('settings.expiresOn')}
          value={expiresOn ?? ''}
          onChange={(event) =>
            form.setFieldValue(
              'settings.expiresOn',
              event.currentTarget.value === '' ? null : event.currentTarget.value,
            )
          }
        />
        <Select
          miw={180}
          label={grantWords.timeZone?.label}
          description={grantWords.timeZone?.description}
          data={timeZones}
          searchable
          allowDeselect={false}
          limit={40}
          {...form.getInputProps('settings.timeZone')}
        />
      </Group>
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <Select
          miw={180}
          label={grantWords.offlineLimitHours?.label}
          description="Since the last contact with the server"
          data={Object.entries(offlineKinds).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          {...form.getInputProps('offline.kind')}
        />
        {kind === 'hours' || kind === 'days' ? (
          <NumberInput
            miw={180}
            label={kind === 'hours' ? 'Hours' : 'Days'}
            description={kind === 'hours' ? 'Up to 8760' : 'Up to 365'}
            min={1}
            max={kind === 'hours' ? 8760 : 365}
            allowDecimal={false}
            clampBehavior="none"
            {...form.getInputProps('offline.amount')}
          />
        ) : null}
      </Group>
    </>
  );
}

interface TransferProps extends GrantFieldsProps {
  readonly way: 'toWorkspace' | 'toHost';
}

function Transfer({ form, way }: TransferProps): ReactNode {
  const path = `fileTransfer.${way}`;
  return (
    <Stack gap="sm">
      <GrantSetting form={form} path={`${path}.isAllowed`} />
      {form.values.settings.fileTransfer[way].isAllowed ? (
        <Stack gap="sm" pl={30}>
          <GrantSetting form={form} path={`${path}.command`} />
          <GrantSetting form={form} path={`${path}.extensions`} />
        </Stack>
      ) : null}
    </Stack>
  );
}

function GrantSetting({ form, path }: GrantFieldsProps & { readonly path: string }): ReactNode {
  const node = grantSettings.get(path);
  const words = grantWords[path];
  if (node === undefined || words === undefined) return null;
  return <SettingField form={form} path={`settings.${path}`} node={node} words={words} isReadOnly={false} />;
}
