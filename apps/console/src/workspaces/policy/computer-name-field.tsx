import { computerNamePatternSchema } from '@carrel/contract';
import { makeComputerName } from '@carrel/policy';
import { Text } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { SettingField } from '../../schema-fields/index.ts';
import { usePolicyEditing } from './policy-editing.ts';
import { settingAt } from './policy-settings.ts';
import classes from './rows.module.css';
import { settingWords } from './setting-words.ts';

const path = 'vmSetup.computerName';

/** People and computers that stand for those there will be. */
const examples = [
  { username: 'ada.lovelace', hostname: 'PC-ACCOUNTING-01', domain: 'CORP' },
  { username: 'grace', hostname: 'laptop-of-grace', domain: 'CORP' },
  { username: 'jürgen', hostname: 'PC7', domain: 'SALES' },
] as const;

/** The pattern of the guest's computer name, with names it could make. */
export function ComputerNameField(props: { readonly path: string }): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const pattern = form.values.policy.vmSetup.computerName;
  const workspace = form.values.name;
  const names = useMemo(() => {
    if (!computerNamePatternSchema.safeParse(pattern).success) return [];
    return examples.map((example) =>
      makeComputerName(pattern, {
        values: { ...example, workspace, vm: workspace },
        randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      }),
    );
  }, [pattern, workspace]);
  return (
    <>
      <SettingField
        form={form}
        path={props.path}
        node={settingAt(path)}
        words={settingWords[path] ?? { label: path }}
        isReadOnly={isReadOnly}
      />
      <div className={classes.preview} role="status" aria-label="Names it makes">
        {names.length === 0 ? (
          <Text size="sm">This pattern makes no names.</Text>
        ) : (
          <>
            <Text size="xs" c="dimmed">
              For ada.lovelace, grace and jürgen it could make
            </Text>
            <ul className={classes.names}>
              {names.map((name, index) => (
                <li key={index} className={classes.name}>
                  {name}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </>
  );
}
