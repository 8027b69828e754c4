import type { StoredPlan } from '@carrel/contract';
import { formatPlanPath } from '@carrel/planner';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { TimeAgo } from '../../ui/index.ts';
import { changeWords } from './change-words.ts';
import type { PlanEditing } from './use-plan-editing.ts';

/** Of the panel in the page, which is there once at most. */
export const conflictPanelId = 'plan-conflict';

/** As many changes as are shown. */
const shownChanges = 30;

export interface PlanConflictPanelProps {
  /** The version the other person saved. */
  readonly newest: StoredPlan;
  readonly editing: PlanEditing;
}

/** Somebody else saved first: what they changed, and the ways on. */
export function PlanConflictPanel({ newest, editing }: PlanConflictPanelProps): ReactNode {
  const { conflict } = editing;
  if (!conflict) return null;
  const { theirs, contested } = conflict;
  return (
    <Alert
      id={conflictPanelId}
      color="yellow"
      variant="outline"
      role="alert"
      icon={<IconUsers />}
      title={`${newest.updatedBy} changed this plan while you were editing`}
    >
      <Stack gap="sm">
        <Text size="sm" component="div">
          Version {newest.revision} was saved <TimeAgo time={newest.updatedAt} />.{' '}
          {contested.size > 0
            ? 'Where both of you changed a value, saving on top keeps yours.'
            : 'None of it touches what you changed.'}
        </Text>
        <ul aria-label="What the other person changed">
          {theirs.slice(0, shownChanges).map((change) => {
            const path = formatPlanPath(change.path);
            const { place, before, after } = changeWords(change);
            return (
              <li key={path}>
                <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
                  <b>{place}</b>: {before} → {after}
                  {contested.has(path) ? ' (changed by you, too)' : ''}
                </Text>
              </li>
            );
          })}
        </ul>
        {theirs.length > shownChanges ? (
          <Text size="sm">And {theirs.length - shownChanges} more.</Text>
        ) : null}
        <Group gap="xs">
          <Button loading={editing.isSaving} onClick={editing.saveOnTop}>
            Save my changes on top
          </Button>
          <Button variant="default" onClick={editing.discard}>
            Discard mine, show theirs
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
