import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { SettingField, valueAt } from '../../schema-fields/index.ts';
import { isEqual } from '../is-equal.ts';
import { showValue } from '../show-value.ts';
import { mootReason } from './moot-reason.ts';
import { usePolicyEditing } from './policy-editing.ts';
import classes from './policy-setting.module.css';
import { policyDefaults, settingAt, settingLabel } from './policy-settings.ts';
import { settingEditors } from './setting-editors.ts';
import { settingWords } from './setting-words.ts';

/** A default longer than this is not spelled out. */
const longestShownDefault = 40;

/** One setting of the policy: its field, and when it differs from the default, the way back to that. */
export function PolicySetting({ path }: { readonly path: string }): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const formPath = `policy.${path}`;
  const standard = valueAt(policyDefaults, path);
  const isChanged = !isEqual(valueAt(form.values, formPath), standard);
  const reason = mootReason(path, form.values.policy);
  const Editor = settingEditors[path];
  return (
    <div className={classes.setting} data-changed={isChanged || undefined}>
      {Editor ? (
        <Editor path={formPath} />
      ) : (
        <SettingField
          form={form}
          path={formPath}
          node={settingAt(path)}
          words={settingWords[path] ?? { label: settingLabel(path) }}
          isReadOnly={isReadOnly}
          // What has a value although it does nothing can be taken back.
          mootReason={isChanged ? undefined : reason}
        />
      )}
      {isChanged ? <Changed path={path} standard={standard} /> : null}
    </div>
  );
}

function Changed({ path, standard }: { readonly path: string; readonly standard: unknown }): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const shown = showValue(standard, { path });
  const words = shown.length > longestShownDefault ? 'Not the default' : `Default: ${shown}`;
  if (isReadOnly) return <span className={classes.changed}>{words}</span>;
  return (
    <Button
      className={classes.changed}
      size="compact-xs"
      variant="subtle"
      leftSection={<IconArrowBackUp size={13} aria-hidden />}
      aria-description={`Sets ${settingLabel(path)} back to it`}
      onClick={() => {
        form.setFieldValue(`policy.${path}`, structuredClone(standard));
        form.clearFieldError(`policy.${path}`);
      }}
    >
      {words}
    </Button>
  );
}
