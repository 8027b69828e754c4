import type { ReactNode } from 'react';
import { SettingField } from '../../schema-fields/index.ts';
import { usePolicyEditing } from './policy-editing.ts';
import { settingAt } from './policy-settings.ts';
import { settingWords } from './setting-words.ts';

const path = 'vmSetup.computerName';

/** The pattern of the guest's computer name. */
export function ComputerNameField(props: { readonly path: string }): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  return (
    <SettingField
      form={form}
      path={props.path}
      node={settingAt(path)}
      words={settingWords[path] ?? { label: path }}
      isReadOnly={isReadOnly}
    />
  );
}
