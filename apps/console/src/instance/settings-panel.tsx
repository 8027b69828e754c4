import { instanceSettings, routes, type Setting, type SettingName } from '@carrel/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { z } from 'zod';
import { queryKeys, useApi, useChange } from '../api/index.ts';
import { readSchema, SettingField } from '../schema-fields/index.ts';
import { useMay } from '../session/index.ts';
import { Card, fieldErrors, Loaded, ProblemAlert, useSchemaForm } from '../ui/index.ts';
import {
  instanceChoices,
  instanceSettingLabels,
  settingsByTab,
  settingTabLabels,
  whenEmpty,
} from './instance-setting-words.ts';

/** Every setting of the instance; each is saved by itself. */
export function SettingsPanel(): ReactNode {
  const api = useApi();
  const query = useQuery({
    queryKey: queryKeys.settings,
    queryFn: async ({ signal }) => (await api.call(routes.listSettings, { signal })).items,
  });
  return (
    <Loaded query={query}>
      {(settings) => (
        <Stack gap="lg">
          {[...settingsByTab].map(([tab, names]) => (
            <Card key={tab} title={settingTabLabels[tab]}>
              <Stack gap="lg" maw={560}>
                {names.map((name) => {
                  const setting = settings.find((each) => each.name === name);
                  return setting === undefined ? null : (
                    <SettingRow key={`${name} ${JSON.stringify(setting.value)}`} setting={setting} />
                  );
                })}
              </Stack>
            </Card>
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function SettingRow({ setting }: { readonly setting: Setting }): ReactNode {
  const mayChange = useMay('instance.manage');
  const { name } = setting;
  const schema = useMemo(() => z.strictObject({ value: instanceSettings[name].schema }), [name]);
  const node = useMemo(() => readSchema(schema).settings.get('value'), [schema]);
  const [isSaved, setIsSaved] = useState(false);
  const form = useSchemaForm<{ value: unknown }>({
    initialValues: { value: setting.value },
    errorsOf: (values) => fieldErrors(schema, values),
  });
  const done = { invalidates: [queryKeys.settings], onDone: () => setIsSaved(true) };
  const change = useChange(routes.setSetting, done);
  const reset = useChange(routes.resetSetting, done);
  const params = { settingName: name };
  const save = form.onSubmit(({ value }) =>
    change.mutate({ params, body: { value: z.json().parse(value) } }),
  );
  const error = change.error ?? reset.error;
  if (node === undefined) return null;
  return (
    <form onSubmit={save} noValidate>
      <Stack gap={6}>
        <SettingField form={form} path="value" node={node} words={wordsOf(name)} isReadOnly={!mayChange} />
        {error ? <ProblemAlert error={error} /> : null}
        {form.isDirty() ? (
          <Group gap="xs">
            <Button type="submit" size="xs" loading={change.isPending}>
              Save
            </Button>
            <Button size="xs" variant="default" onClick={form.reset}>
              Discard
            </Button>
          </Group>
        ) : (
          <Group gap="xs">
            {isSaved ? (
              <Text size="xs" c="dimmed" role="status">
                Saved
              </Text>
            ) : null}
            {mayChange && !setting.isStandard ? (
              <Button
                size="compact-xs"
                variant="subtle"
                loading={reset.isPending}
                aria-label={`Use the default of ${instanceSettingLabels[name]}`}
                onClick={() => reset.mutate({ params })}
              >
                Use the default
              </Button>
            ) : null}
          </Group>
        )}
      </Stack>
    </form>
  );
}

function wordsOf(name: SettingName) {
  const { unit, description } = instanceSettings[name];
  const placeholder = whenEmpty[name];
  return {
    label: instanceSettingLabels[name],
    description,
    choices: instanceChoices,
    ...(unit === null || unit === 'tries' || unit === 'devices' ? {} : { suffix: ` ${unit}` }),
    ...(placeholder === undefined ? {} : { placeholder }),
  };
}
