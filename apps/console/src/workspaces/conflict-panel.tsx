import type { Workspace } from '@carrel/contract';
import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { TimeAgo } from '../ui/index.ts';
import classes from './conflict-panel.module.css';
import { showValue } from './show-value.ts';
import type { Choices, FieldChange, ThreeWay } from './workspace-changes.ts';

export interface ConflictPanelProps {
  /** The version the other person saved. */
  readonly newest: Workspace;
  readonly conflict: ThreeWay;
  readonly isSaving: boolean;
  readonly imageName: (id: string) => string | undefined;
  readonly onSaveOnTop: (choices: Choices) => void;
  readonly onDiscard: () => void;
}

/** Somebody else saved first: what they changed, and the ways on. */
export function ConflictPanel(props: ConflictPanelProps): ReactNode {
  const { newest, conflict } = props;
  const [choices, setChoices] = useState<Choices>({});
  const rows = [...conflict.both, ...conflict.theirs];
  return (
    <Alert
      color="yellow"
      variant="outline"
      role="alert"
      icon={<IconUsers />}
      title={`${newest.updatedBy} changed this workspace while you were editing`}
      className={classes.panel}
    >
      <Stack gap="md">
        <Text size="sm" component="div">
          Version {newest.revision} was saved <TimeAgo time={newest.updatedAt} />. {summary(conflict)}
        </Text>
        {rows.length === 0 ? null : (
          <ul className={classes.changes} aria-label="What the other person changed">
            {rows.map((change) => (
              <ChangeRow
                key={change.field.path}
                change={change}
                imageName={props.imageName}
                isContested={conflict.both.includes(change)}
                choice={choices[change.field.path] ?? 'mine'}
                onChoose={(choice) => setChoices({ ...choices, [change.field.path]: choice })}
              />
            ))}
          </ul>
        )}
        <Group gap="xs">
          <Button loading={props.isSaving} onClick={() => props.onSaveOnTop(choices)}>
            Save my changes on top
          </Button>
          <Button variant="default" onClick={props.onDiscard}>
            Discard mine, show theirs
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

interface ChangeRowProps {
  readonly change: FieldChange;
  readonly imageName: (id: string) => string | undefined;
  readonly isContested: boolean;
  readonly choice: 'mine' | 'theirs';
  readonly onChoose: (choice: 'mine' | 'theirs') => void;
}

function ChangeRow({ change, imageName, isContested, choice, onChoose }: ChangeRowProps): ReactNode {
  const path = change.field.path.replace(/^policy\./, '');
  const show = (value: unknown): string => showValue(value, { path, imageName });
  return (
    <li className={classes.change}>
      <div className={classes.what}>
        <Text size="sm" fw={600}>
          {change.field.label}
        </Text>
        <Text size="sm">
          <del className={classes.before}>{show(change.base)}</del> → <b>{show(change.theirs)}</b>
          {isContested ? <> · yours: {show(change.mine)}</> : null}
        </Text>
      </div>
      {isContested ? (
        <SegmentedControl
          size="xs"
          aria-label={`Which value of ${change.field.label}`}
          value={choice}
          onChange={(value) => onChoose(value === 'theirs' ? 'theirs' : 'mine')}
          data={[
            { value: 'mine', label: 'Mine' },
            { value: 'theirs', label: 'Theirs' },
          ]}
        />
      ) : null}
    </li>
  );
}

function summary({ both, theirs }: ThreeWay): string {
  if (both.length > 0) return 'Some settings were changed on both sides: choose which value stays.';
  if (theirs.length > 0) return 'None of it touches what you changed.';
  return 'Your changes and theirs are the same.';
}
