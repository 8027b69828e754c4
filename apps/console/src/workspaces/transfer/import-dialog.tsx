import { type ImportResult, routes, type WorkspaceBundle, workspaceBundleSchema } from '@carrel/contract';
import { Alert, Button, FileInput, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconFileImport } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../../api/index.ts';
import { fieldErrors, ProblemAlert, StatusBadge } from '../../ui/index.ts';
import { ChangeList } from '../changes/change-list.tsx';
import { EffectSummary } from '../effect/effect-summary.tsx';
import { AssignmentChanges } from '../history/assignment-changes.tsx';
import classes from './import-dialog.module.css';

/** Makes workspaces equal to a file, after showing what that changes and for whom. Mount it to open it. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [bundle, setBundle] = useState<WorkspaceBundle>();
  const [fault, setFault] = useState<string>();
  const look = useChange(routes.importWorkspaces, { invalidates: [] });
  const apply = useChange(routes.importWorkspaces, {
    invalidates: [queryKeys.workspaces],
    onDone: onClose,
  });
  const read = async (file: File | null): Promise<void> => {
    setBundle(undefined);
    setFault(undefined);
    look.reset();
    apply.reset();
    if (file === null) return;
    const parsed = parseBundle(await file.text());
    if (typeof parsed === 'string') setFault(parsed);
    else {
      setBundle(parsed);
      look.mutate({ query: { dryRun: 'true' }, body: parsed });
    }
  };
  const shown = look.data;
  const error = look.error ?? apply.error;
  return (
    <Modal opened onClose={onClose} size={720} title="Import workspaces">
      <Stack gap="md">
        <Text size="sm">
          A file as an export gives it. Workspaces are matched by name; those the file does not name stay as
          they are.
        </Text>
        <FileInput
          label="File"
          placeholder="Choose a JSON file"
          accept="application/json,.json"
          clearable
          leftSection={<IconFileImport size={16} aria-hidden />}
          error={fault}
          onChange={(file) => void read(file)}
        />
        {shown ? <Outcome result={shown} /> : null}
        {error ? <ProblemAlert error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={look.isPending || apply.isPending}
            disabled={!shown || !bundle || shown.workspaces.every((each) => each.action === 'unchanged')}
            onClick={() => {
              if (!bundle || !shown) return;
              const basedOn = shown.workspaces.map((each) => each.basis);
              apply.mutate({ query: { dryRun: 'false' }, body: { ...bundle, basedOn } });
            }}
          >
            Import
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const actionWords = {
  created: { label: 'new', tone: 'good' },
  changed: { label: 'changes', tone: 'info' },
  unchanged: { label: 'stays as it is', tone: 'neutral' },
} as const;

function Outcome({ result }: { readonly result: ImportResult }): ReactNode {
  return (
    <>
      <ul className={classes.workspaces} aria-label="What the file changes">
        {result.workspaces.map((workspace) => (
          <li key={workspace.name} className={classes.workspace}>
            <Group gap={8}>
              <Text size="sm" fw={600}>
                {workspace.name}
              </Text>
              <StatusBadge tone={actionWords[workspace.action].tone} plain>
                {actionWords[workspace.action].label}
              </StatusBadge>
            </Group>
            {workspace.hasImage ? null : (
              <Alert variant="outline" color="yellow" icon={<IconAlertTriangle />}>
                Its channel points at no published version yet, so nobody can start it.
              </Alert>
            )}
            {workspace.missingSecrets.length === 0 ? null : (
              <Alert variant="outline" color="yellow" icon={<IconAlertTriangle />}>
                Its set-up needs secrets that are not there: {workspace.missingSecrets.join(', ')}.
              </Alert>
            )}
            {workspace.changes.length === 0 ? null : <ChangeList changes={workspace.changes} />}
            {workspace.assignments.length === 0 ? null : (
              <AssignmentChanges changes={workspace.assignments} />
            )}
          </li>
        ))}
      </ul>
      <EffectSummary effect={result.effect} />
    </>
  );
}

/** The workspaces of a file, or what is wrong with it. */
function parseBundle(text: string): WorkspaceBundle | string {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 'This is no JSON.';
    throw error;
  }
  const parsed = workspaceBundleSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [path, sentence] = Object.entries(fieldErrors(workspaceBundleSchema, content))[0] ?? ['', ''];
  return `${path === '' ? 'The file' : path}: ${sentence}`;
}
