import { fail } from '@carrel/contract';
import type { Sheet } from '@carrel/planner';
import { Button, FileInput, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { ProblemAlert } from '../../ui/index.ts';
import { useWriteDown } from '../editing/kept-writing.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { largestFileBytes, readTables } from '../tables/read-tables.ts';
import { TableMatch } from '../tables/table-match.tsx';
import { useNewPlan } from '../use-new-plan.ts';
import { useOwnThreads } from '../worker/threads-context.ts';
import { firstDraft, steps } from './interview.ts';
import { interviewPlace } from './use-interview.ts';

/** What a file turned out to be. */
type FileContent =
  | { readonly kind: 'plan'; readonly draft: PlanDraft }
  | { readonly kind: 'tables'; readonly sheets: readonly Sheet[]; readonly planName: string };

/** A new plan from a plan file, or from a table of locations. Mount it to open it. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const threads = useOwnThreads();
  const { create, isPending, error, reset } = useNewPlan('inputs');
  const read = useMutation({
    mutationFn: async (file: File): Promise<FileContent> => {
      const planName = file.name.replace(/\.[^.]+$/u, '');
      if (/\.(csv|xlsx)$/iu.test(file.name)) {
        const sheets = await readTables(threads, file, new AbortController().signal);
        return { kind: 'tables', sheets, planName };
      }
      return { kind: 'plan', draft: await planOf(file, planName) };
    },
    onSuccess: (content) => (content.kind === 'plan' ? create(content.draft) : undefined),
  });
  const problem = read.error ?? error;
  const tables = read.data?.kind === 'tables' ? read.data : undefined;
  return (
    <Modal opened onClose={onClose} size={tables ? 760 : 560} title="Import a plan">
      <Stack gap="md">
        <Text size="sm">
          A plan file (YAML or JSON), or a table with a location in each row (CSV or XLSX). Which column holds
          what is asked next.
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
        {tables ? (
          <PlanOfTables {...tables} onClose={onClose} onTooLarge={create} />
        ) : (
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}

interface PlanOfTablesProps {
  readonly sheets: readonly Sheet[];
  readonly planName: string;
  readonly onClose: () => void;
  /** Told of a plan that the browser cannot keep until it is finished. */
  readonly onTooLarge: (draft: PlanDraft) => void;
}

/** Begins a plan with a table of locations; the questions of a new plan go on from there. */
function PlanOfTables({ sheets, planName, onClose, onTooLarge }: PlanOfTablesProps): ReactNode {
  const navigate = useNavigate();
  const writeDown = useWriteDown(interviewPlace);
  const empty = useMemo(() => ({ ...firstDraft, name: planName }), [planName]);
  const at = steps.findIndex(({ parts }) => parts.includes('locations'));
  return (
    <TableMatch
      sheets={sheets}
      draft={empty}
      action="Begin a plan with them"
      onTake={({ draft }) => {
        if (writeDown({ draft, at })) void navigate({ to: '/planner/new' });
        else onTooLarge(draft);
      }}
      onClose={onClose}
    />
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

/** @throws {FILE_INVALID} */
async function planOf(file: File, planName: string): Promise<PlanDraft> {
  if (file.size > largestFileBytes) {
    throw fail('FILE_INVALID', { path: file.name, reason: 'it is larger than a plan can be' });
  }
  const { readPlanText } = await import('./read-plan-file.ts');
  const draft = readPlanText(await file.text(), file.name);
  return { ...draft, name: draft.name ?? planName };
}
