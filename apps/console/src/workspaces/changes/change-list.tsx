import type { FieldChange } from '@carrel/contract';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { sectionLabels } from '../labels.ts';
import { showValue } from '../show-value.ts';
import classes from './change-list.module.css';
import { fieldLabel } from './field-label.ts';

export interface ChangeListProps {
  readonly changes: readonly FieldChange[];
}

/** Fields that differ, each with the tab it is on, what it was and what it is. */
export function ChangeList({ changes }: ChangeListProps): ReactNode {
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No setting differs.
      </Text>
    );
  }
  return (
    <ul className={classes.list}>
      {changes.map((change) => (
        <Change key={change.path} change={change} />
      ))}
    </ul>
  );
}

function Change({ change }: { readonly change: FieldChange }): ReactNode {
  const path = change.path.replace(/^policy\./, '');
  return (
    <li className={classes.change}>
      <Text size="sm" fw={600}>
        {sectionLabels[change.tab]}: {fieldLabel(change.path)}
      </Text>
      <Text size="sm" className={classes.values}>
        {change.before === undefined ? null : (
          <del className={classes.before}>{showValue(change.before, { path })}</del>
        )}
        {change.before === undefined ? 'added: ' : change.after === undefined ? ' removed' : ' → '}
        {change.after === undefined ? null : (
          <ins className={classes.after}>{showValue(change.after, { path })}</ins>
        )}
      </Text>
    </li>
  );
}
