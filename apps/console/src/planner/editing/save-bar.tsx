import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../../ui/index.ts';
import { conflictPanelId } from './plan-conflict-panel.tsx';
import classes from './save-bar.module.css';
import type { PlanEditing } from './use-plan-editing.ts';

export interface SaveBarProps {
  readonly editing: PlanEditing;
  /** Some field cannot be read, so that the server would refuse the plan. */
  readonly hasFaults: boolean;
}

/** How much is not saved, in view wherever somebody writes; what came of the last attempt stands in it. */
export function SaveBar({ editing, hasFaults }: SaveBarProps): ReactNode {
  const { conflict, error, isSaving } = editing;
  return (
    <div className={classes.bar}>
      {error ? <ProblemAlert error={error} /> : null}
      <div className={classes.row}>
        <Text size="sm" fw={550} role="status">
          {sentenceOf(editing, hasFaults)}
        </Text>
        {conflict ? (
          <Button
            variant="default"
            onClick={() => document.getElementById(conflictPanelId)?.scrollIntoView({ block: 'center' })}
          >
            Decide what to keep
          </Button>
        ) : (
          <Group gap="xs">
            <Button variant="default" onClick={editing.discard} disabled={isSaving}>
              Discard
            </Button>
            <Button loading={isSaving} disabled={hasFaults} onClick={editing.save}>
              Save
            </Button>
          </Group>
        )}
      </div>
    </div>
  );
}

function sentenceOf({ changes, conflict, isBroughtBack }: PlanEditing, hasFaults: boolean): string {
  const unsaved = changes === 1 ? '1 unsaved change' : `${changes} unsaved changes`;
  if (conflict) return `${unsaved}; somebody else has changed the plan meanwhile`;
  if (hasFaults) return `${unsaved}; correct the fields marked to save them`;
  return isBroughtBack ? `${unsaved}, from before this page was loaded` : unsaved;
}
