import { Button, FileButton, Modal } from '@mantine/core';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { ProblemAlert } from '../../ui/index.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { useThreads } from '../worker/threads-context.ts';
import { readTables } from './read-tables.ts';
import { TableMatch } from './table-match.tsx';

/** Takes locations from a file of a spreadsheet. */
export function TableButton({ form }: { readonly form: PlanForm }): ReactNode {
  const threads = useThreads();
  const read = useMutation({
    mutationFn: (file: File) => readTables(threads, file, new AbortController().signal),
  });
  const forgetFile = useRef<() => void>(null);
  const close = (): void => {
    read.reset();
    // Otherwise the same file could not be chosen again.
    forgetFile.current?.();
  };
  if (form.isReadOnly) return null;
  return (
    <>
      <FileButton accept=".csv,.xlsx" resetRef={forgetFile} onChange={(file) => file && read.mutate(file)}>
        {(props) => (
          <Button
            {...props}
            size="xs"
            variant="default"
            loading={read.isPending}
            leftSection={<IconFileSpreadsheet size={14} aria-hidden />}
          >
            From a spreadsheet
          </Button>
        )}
      </FileButton>
      {read.data || read.error ? (
        <Modal opened onClose={close} size={760} title={`Locations from ${read.variables.name}`}>
          {read.error ? <ProblemAlert error={read.error} /> : null}
          {read.data ? (
            <TableMatch
              sheets={read.data}
              draft={form.draft}
              action="Take the locations"
              onTake={({ draft }) => {
                form.change(() => draft);
                close();
              }}
              onClose={close}
            />
          ) : null}
        </Modal>
      ) : null}
    </>
  );
}
