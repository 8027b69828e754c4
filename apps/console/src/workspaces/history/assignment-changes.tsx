import type { AssignmentChange } from '@carrel/contract';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { grantLabel, showGrantValue } from '../assignments/grant-words.ts';
import classes from '../changes/change-list.module.css';

const verbs: Readonly<Record<AssignmentChange['change'], string>> = {
  added: 'assigned',
  removed: 'taken back',
  changed: 'changed',
};

/** What happened to assignments, one line for each user or group. */
export function AssignmentChanges({ changes }: { readonly changes: readonly AssignmentChange[] }): ReactNode {
  return (
    <ul className={classes.list}>
      {changes.map((change) => (
        <li className={classes.change} key={`${change.principal.kind}-${change.principal.id}`}>
          <Text size="sm" fw={600}>
            {change.principalName}: {verbs[change.change]}
          </Text>
          {change.fields.map(({ path, before, after }) => (
            <Text size="sm" className={classes.values} key={path}>
              {grantLabel(path)}:{' '}
              {before === undefined ? null : (
                <>
                  <del className={classes.before}>{showGrantValue(path, before)}</del>{' '}
                </>
              )}
              {after === undefined ? null : (
                <>
                  → <b>{showGrantValue(path, after)}</b>
                </>
              )}
            </Text>
          ))}
        </li>
      ))}
    </ul>
  );
}
