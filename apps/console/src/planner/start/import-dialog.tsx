import { fail } from '@carrel/contract';
import { Button, FileInput, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../../ui/index.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { useNewPlan } from '../use-new-plan.ts';
import { PlannerThreads } from '../worker/planner-threads.ts';

/** The server takes no longer plan. */
const largestFileBytes = 8 * 1024 * 1024;

/** A new plan from a plan file, or from a table of locations. Mount it to open it. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { create, isPending, error, reset } = useNewPlan('inputs');
  const read = useMutation({ mutationFn: draftOf, onSuccess: create });
  const problem = read.error ?? error;
  return (
    <Modal opened onClose={onClose} size={560} title="Import a plan">
      <Stack gap="md">
        <Text size="sm">
          A plan file (YAML or JSON), or a table of locations (CSV or XLSX) whose first row says what the
          columns are: Location, Users, Connected to, Bandwidth Mbit/s.
        </Text>
        <FileInput
          label="File"
          placeholder="Choose a file"
          accept=".yaml,.yml,.json,.csv,.xlsx"
          clearable
          clearButtonProps={{ 'aria-label': 'Remove the file' }}
          leftSection={<IconFileImport size={16} aria-hidden />}
          disabled={read.isPending || isPending}
          onChange={(file) => {
            reset();
            read.reset();
            if (file) read.mutate(file);
          }}
        />
        {problem ? (
          <>
            <ProblemAlert error={problem} />
            <FaultRows error={problem} />
          </>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Field by field, what keeps a file from being a plan. */
function FaultRows({ error }: { readonly error: Error }): ReactNode {
  const faults = 'details' in error ? (error.details as Readonly<Record<string, unknown>>).faults : undefined;
  if (!Array.isArray(faults)) return null;
  return (
    <ul>
      {faults.slice(0, 20).map((fault: unknown) => {
        const { field, message } = fault as { readonly field?: unknown; readonly message?: unknown };
        return (
          <li key={String(field)}>
            <Text size="sm">{String(message)}</Text>
          </li>
        );
      })}
    </ul>
  );
}

/**
 * @throws {FILE_INVALID}
 * @throws {SHEETS_DAMAGED}
 * @throws {SHEETS_TOO_LARGE}
 */
async function draftOf(file: File): Promise<PlanDraft> {
  if (file.size > largestFileBytes) {
    throw fail('FILE_INVALID', { path: file.name, reason: 'it is larger than a plan can be' });
  }
  const format = /\.(csv|xlsx)$/iu.exec(file.name)?.[1]?.toLowerCase();
  const stem = file.name.replace(/\.[^.]+$/u, '');
  if (format !== 'csv' && format !== 'xlsx') {
    const { readPlanText } = await import('./read-plan-file.ts');
    const draft = readPlanText(await file.text(), file.name);
    return { ...draft, name: draft.name ?? stem };
  }
  const threads = new PlannerThreads();
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { signal } = new AbortController();
    const { draftOfTables } = await import('./draft-of-tables.ts');
    return draftOfTables(await threads.run('readTables', { bytes, format }, { signal }), stem, file.name);
  } finally {
    threads.close();
  }
}
