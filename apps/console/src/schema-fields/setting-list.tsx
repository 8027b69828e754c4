import type { ReactNode } from 'react';
import type { FieldForm } from './field-form.ts';
import type { Settings } from './schema-nodes.ts';
import { SettingField, type SettingWords } from './setting-field.tsx';

export interface SettingListProps {
  readonly form: FieldForm;
  readonly settings: Settings;
  readonly words: Readonly<Record<string, SettingWords>>;
  /** Which, in this order. */
  readonly paths: readonly string[];
  /** Where the settings are in the form; empty for its top. */
  readonly prefix?: string;
  readonly isReadOnly?: boolean;
}

/** The fields of some settings of a schema, one after the other. */
export function SettingList(props: SettingListProps): ReactNode {
  const { form, settings, words, paths, prefix = '', isReadOnly = false } = props;
  return paths.map((path) => {
    const node = settings.get(path);
    if (node === undefined) return null;
    return (
      <SettingField
        key={path}
        form={form}
        path={`${prefix}${path}`}
        node={node}
        words={words[path] ?? { label: path }}
        isReadOnly={isReadOnly}
      />
    );
  });
}
