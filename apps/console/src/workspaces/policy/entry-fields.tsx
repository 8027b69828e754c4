import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { SettingField, type SettingNode, type Settings } from '../../schema-fields/index.ts';
import { entryWords } from './entry-words.ts';
import { usePolicyEditing } from './policy-editing.ts';
import classes from './policy-tab.module.css';

export interface EntryFieldsProps {
  /** The list in the policy: `applications.menus`. */
  readonly list: string;
  /** The entry in the form. */
  readonly entryPath: string;
  readonly settings: Settings;
  /** In place of the plain field of a setting. */
  readonly fields?: Readonly<Record<string, (path: string, node: SettingNode) => ReactNode>>;
}

/** What most entries leave as it is, so it comes last. */
const seldom: readonly string[] = ['name', 'progressMessage', 'failureMessage', 'timeoutSeconds', 'attempts'];

/** Every field of one entry of a list: texts first, side by side, then what is switched. */
export function EntryFields({ list, entryPath, settings, fields = {} }: EntryFieldsProps): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const isAction = list === 'vmSetup.actions';
  const nodes = [...settings.values()].toSorted((a, b) =>
    isAction ? seldom.indexOf(a.path) - seldom.indexOf(b.path) : 0,
  );
  const kindError = form.errors[`${entryPath}.kind`];
  const field = (node: SettingNode): ReactNode => {
    const path = `${entryPath}.${node.path}`;
    const own = fields[node.path];
    return (
      <div key={node.path}>
        {own ? (
          own(path, node)
        ) : (
          <SettingField
            form={form}
            path={path}
            node={node}
            words={entryWords[list]?.[node.path] ?? { label: node.path }}
            isReadOnly={isReadOnly}
          />
        )}
      </div>
    );
  };
  return (
    <>
      {kindError === undefined ? null : (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {kindError}
        </Text>
      )}
      <div className={classes.grid}>{nodes.filter((node) => node.kind !== 'switch').map(field)}</div>
      {nodes.filter((node) => node.kind === 'switch').map(field)}
    </>
  );
}
