import type { Design } from '@carrel/planner';
import { Button, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Card, ProblemAlert, saveFile } from '../../ui/index.ts';
import { useThreads } from '../worker/threads-context.ts';
import type { OutputKind } from '../worker/write-output.ts';
import classes from './outputs.module.css';
import { fileNameOf } from './plan-files.ts';

interface Output {
  readonly kind: OutputKind;
  readonly title: string;
  readonly about: string;
  readonly action: string;
}

const groups: readonly {
  readonly title: string;
  readonly about: string;
  readonly outputs: readonly Output[];
}[] = [
  {
    title: 'Design document',
    about:
      'For whoever decides: decisions, drawings, assumptions, risks, what has to be bought, what to ask.',
    outputs: [
      {
        kind: 'document.pdf',
        title: 'PDF',
        about: 'A4 with a table of contents, to send and to print.',
        action: 'Download the document as PDF',
      },
      {
        kind: 'document.html',
        title: 'HTML',
        about: 'One file without anything from outside; prints well.',
        action: 'Download the document as HTML',
      },
      {
        kind: 'document.md',
        title: 'Markdown',
        about: 'To go on writing in a wiki or repository.',
        action: 'Download the document as Markdown',
      },
    ],
  },
  {
    title: 'Tables',
    about:
      'The job aids of the planning guide, A-1 with a row a location and A-2 with a row an instance, and the bill of materials.',
    outputs: [
      {
        kind: 'job-aids.xlsx',
        title: 'Workbook',
        about: 'All three as XLSX.',
        action: 'Download all tables as XLSX',
      },
      {
        kind: 'client-data.csv',
        title: 'A-1, client data',
        about: 'As CSV.',
        action: 'Download job aid A-1 as CSV',
      },
      {
        kind: 'server-data.csv',
        title: 'A-2, server data',
        about: 'As CSV.',
        action: 'Download job aid A-2 as CSV',
      },
      {
        kind: 'materials.csv',
        title: 'Bill of materials',
        about: 'As CSV.',
        action: 'Download the bill of materials as CSV',
      },
    ],
  },
  {
    title: 'For programs',
    about: 'The plan file itself is under Actions.',
    outputs: [
      {
        kind: 'deployment.json',
        title: 'Configuration to deploy it',
        about: 'Settings, workspaces, rings and repositories of each instance as JSON.',
        action: 'Download the configuration to deploy it',
      },
      {
        kind: 'design.json',
        title: 'Design',
        about: 'Every number and decision as JSON.',
        action: 'Download the design as JSON',
      },
    ],
  },
];

/** Everything that can be taken away from a design. */
export function OutputsPanel({ design }: { readonly design: Design }): ReactNode {
  const threads = useThreads();
  const download = useMutation({
    mutationFn: async (kind: OutputKind) => {
      const { signal } = new AbortController();
      const { bytes, mediaType } = await threads.run(
        'writeOutput',
        { design, kind, createdAt: new Date() },
        { signal },
      );
      saveFile(fileNameOf(design.plan.name, kind), bytes, mediaType);
    },
  });
  return (
    <Stack gap="md">
      {download.error ? <ProblemAlert error={download.error} /> : null}
      {groups.map(({ title, about, outputs }) => (
        <Card key={title} title={title} description={about}>
          <div className={classes.outputs}>
            {outputs.map((output) => (
              <div key={output.kind} className={classes.output}>
                <div>
                  <Text size="sm" fw={600}>
                    {output.title}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {output.about}
                  </Text>
                </div>
                <Button
                  variant="default"
                  size="xs"
                  leftSection={<IconDownload size={15} aria-hidden />}
                  aria-label={output.action}
                  loading={download.isPending && download.variables === output.kind}
                  onClick={() => download.mutate(output.kind)}
                >
                  Download
                </Button>
              </div>
            ))}
          </div>
        </Card>
      ))}
    </Stack>
  );
}
