import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from '../conflict-panel.module.css';
import type { AssignmentsConflict } from './assignments-conflict.ts';

export interface AssignmentsConflictPanelProps {
  readonly conflict: AssignmentsConflict;
  /** What the way on is called: `Save mine on top`. */
  readonly action: string;
  readonly isBusy: boolean;
  readonly onGoOn: () => void;
  readonly onDiscard: () => void;
}

/** Somebody else changed who has the workspace first: what they changed, and the ways on. */
export function AssignmentsConflictPanel(props: AssignmentsConflictPanelProps): ReactNode {
  const { author, changes } = props.conflict;
  return (
    <Alert
      color="yellow"
      variant="outline"
      role="alert"
      icon={<IconUsers />}
      title={`${author} changed who has this workspace meanwhile`}
      className={classes.panel}
    >
      <Stack gap="sm">
        <Text size="sm">
          Going on keeps what they did, except for the user or group that you are changing.
        </Text>
        {changes.length === 0 ? null : (
          <ul className={classes.changes} aria-label="What the other person changed">
            {changes.map((change, index) => (
              // The same line may stand there twice: granted, taken back, granted again.
              <li className={classes.change} key={`${index}-${change}`}>
                <Text size="sm" className={classes.what ?? ''}>
                  {change}
                </Text>
              </li>
            ))}
          </ul>
        )}
        <Group gap="xs">
          <Button size="xs" loading={props.isBusy} onClick={props.onGoOn}>
            {props.action}
          </Button>
          <Button size="xs" variant="default" onClick={props.onDiscard}>
            Discard mine
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
