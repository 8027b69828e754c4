import { routes } from '@carrel/contract';
import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryKeys, useApi } from '../../api/index.ts';
import { type SettingNode, type SettingWords, valueAt } from '../../schema-fields/index.ts';
import { useMay } from '../../session/index.ts';
import { usePolicyEditing } from './policy-editing.ts';

export interface SecretFieldProps {
  readonly path: string;
  readonly node: SettingNode;
  readonly words: SettingWords;
}

/** Names a secret of the server; those who may see which there are, choose one. */
export function SecretField({ path, node, words }: SecretFieldProps): ReactNode {
  const api = useApi();
  const { form, isReadOnly } = usePolicyEditing();
  const secrets = useQuery({
    queryKey: queryKeys.secrets,
    queryFn: ({ signal }) => api.call(routes.listSecrets, { signal }),
    enabled: useMay('instance.view'),
  });
  const value = valueAt(form.values, path);
  return (
    <Autocomplete
      label={words.label}
      description={node.description}
      placeholder={words.placeholder}
      data={secrets.data?.items.map((secret) => secret.name) ?? []}
      readOnly={isReadOnly}
      {...form.getInputProps(path)}
      value={typeof value === 'string' ? value : ''}
      onChange={(name) => form.setFieldValue(path, name === '' ? null : name)}
    />
  );
}
