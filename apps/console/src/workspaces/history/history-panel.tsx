import { type HistoryEntry, routes, type Workspace } from '@carrel/contract';
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi, usePages } from '../../api/index.ts';
import { useMay } from '../../session/index.ts';
import { Card, EmptyState, LoadingBlock, ProblemAlert, StatusBadge, TimeAgo } from '../../ui/index.ts';
import { ChangeList } from '../changes/change-list.tsx';
import { AssignmentChanges } from './assignment-changes.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import classes from './history-panel.module.css';
import { RestoreDialog } from './restore-dialog.tsx';

type Open = { readonly kind: 'restore'; readonly revision: number } | { readonly kind: 'compare' };

/** Every saved change of a workspace and of who has it; any version can be compared and restored. */
export function HistoryPanel({ workspace }: { readonly workspace: Workspace }): ReactNode {
  const api = useApi();
  const mayEdit = useMay('workspaces.edit', { workspaceId: workspace.id });
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [open, setOpen] = useState<Open>();
  const list = usePages({
    queryKey: [...queryKeys.workspaces, workspace.id, 'revisions'],
    read: (query, signal) =>
      api.call(routes.listRevisions, { params: { workspaceId: workspace.id }, query, signal }),
  });
  const toggle = (revision: number): void =>
    setChosen(
      chosen.includes(revision)
        ? chosen.filter((each) => each !== revision)
        : [...chosen, revision].slice(-2),
    );
  const [older, newer] = chosen.toSorted((a, b) => a - b);
  return (
    <Card
      title="History"
      description="Every saved version, and every change of who has it. Choose two versions to compare them."
      actions={
        <Button variant="default" disabled={newer === undefined} onClick={() => setOpen({ kind: 'compare' })}>
          Compare
        </Button>
      }
      flush
    >
      {list.error ? (
        <div className={classes.notice}>
          <ProblemAlert error={list.error} onRetry={list.retry} />
        </div>
      ) : null}
      {list.items === undefined && !list.error ? (
        <div className={classes.notice}>
          <LoadingBlock />
        </div>
      ) : null}
      {list.items?.length === 0 ? (
        <EmptyState icon={<IconHistory size={26} />} title="No history yet">
          The next saved change is its first line.
        </EmptyState>
      ) : null}
      <ol className={classes.entries} aria-label="Versions, newest first">
        {(list.items ?? []).map((entry) => (
          <Entry
            key={`${entry.kind}-${entry.revision}`}
            entry={entry}
            isNewest={entry.kind === 'workspace' && entry.revision === workspace.revision}
            isChosen={entry.kind === 'workspace' && chosen.includes(entry.revision)}
            onToggle={() => toggle(entry.revision)}
            onRestore={mayEdit ? () => setOpen({ kind: 'restore', revision: entry.revision }) : undefined}
          />
        ))}
      </ol>
      {list.hasMore ? (
        <Group justify="center" p="sm">
          <Button variant="default" size="xs" loading={list.isLoadingMore} onClick={list.loadMore}>
            Show older
          </Button>
        </Group>
      ) : null}
      {open?.kind === 'restore' ? (
        <RestoreDialog workspace={workspace} revision={open.revision} onClose={() => setOpen(undefined)} />
      ) : null}
      {open?.kind === 'compare' && older !== undefined && newer !== undefined ? (
        <CompareDialog
          workspaceId={workspace.id}
          older={older}
          newer={newer}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </Card>
  );
}

interface EntryProps {
  readonly entry: HistoryEntry;
  readonly isNewest: boolean;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
  readonly onRestore: (() => void) | undefined;
}

function Entry({ entry, isNewest, isChosen, onToggle, onRestore }: EntryProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const isVersion = entry.kind === 'workspace';
  const what = isVersion ? `Version ${entry.revision}` : 'Assignments';
  return (
    <li className={classes.entry}>
      <div className={classes.mark}>
        {isVersion ? (
          <Checkbox aria-label={`Choose version ${entry.revision}`} checked={isChosen} onChange={onToggle} />
        ) : null}
      </div>
      <Stack gap={4} miw={0}>
        <Group gap={8}>
          <Text size="sm" fw={600}>
            {what}
          </Text>
          {isNewest ? <StatusBadge tone="good">current</StatusBadge> : null}
          <Origin entry={entry} />
          <Text size="xs" c="dimmed" component="span">
            <TimeAgo time={entry.time} /> by {entry.author}
          </Text>
        </Group>
        <Text size="sm" className={classes.summary}>
          {entry.summary}
        </Text>
        {isOpen ? <Details entry={entry} /> : null}
        <Group gap={4} ml={-8}>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-expanded={isOpen}
            aria-label={`${isOpen ? 'Hide' : 'Show'} changes of ${isVersion ? `version ${entry.revision}` : `assignments ${entry.revision}`}`}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? 'Hide changes' : 'Show changes'}
          </Button>
          {isVersion && !isNewest && onRestore ? (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Restore version ${entry.revision}`}
              onClick={onRestore}
            >
              Restore
            </Button>
          ) : null}
        </Group>
      </Stack>
    </li>
  );
}

function Details({ entry }: { readonly entry: HistoryEntry }): ReactNode {
  return entry.kind === 'workspace' ? (
    <ChangeList changes={entry.changes} />
  ) : (
    <AssignmentChanges changes={entry.assignments} />
  );
}

function Origin({ entry }: { readonly entry: HistoryEntry }): ReactNode {
  if (entry.kind !== 'workspace') return null;
  switch (entry.origin.kind) {
    case 'edited':
      return null;
    case 'restored':
      return (
        <StatusBadge tone="info" plain>
          restored from version {entry.origin.revision}
        </StatusBadge>
      );
    case 'cloned':
      return (
        <StatusBadge tone="info" plain>
          copy of {entry.origin.name}
        </StatusBadge>
      );
    case 'imported':
      return (
        <StatusBadge tone="info" plain>
          imported
        </StatusBadge>
      );
  }
}
