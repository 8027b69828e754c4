import { Button, FileInput, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileImport, IconPlayerStop } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Card, Page, ProblemAlert, saveFile } from '../../ui/index.ts';
import { FaultList } from '../inputs/fault-list.tsx';
import type { ConsolidationRequest, ConsolidationResult } from '../worker/consolidate.ts';
import { ThreadsContext, useOwnThreads } from '../worker/threads-context.ts';
import { useJob } from '../worker/use-job.ts';
import { SheetTabs } from './sheet-tabs.tsx';

const hosts = [
  { value: 'small', label: 'Small' },
  { value: 'medium', label: 'Medium' },
  { value: 'large', label: 'Large' },
] as const satisfies readonly { readonly value: ConsolidationRequest['host']; readonly label: string }[];

/** Which servers can become guests, and on how many hosts. Nothing of it leaves the browser. */
export function ConsolidationPage(): ReactNode {
  const threads = useOwnThreads();
  return (
    <ThreadsContext value={threads}>
      <Page
        title="Consolidate servers"
        parent={{ label: 'Planner', to: '/planner' }}
        description="Says which servers can become guests, where each would run, and what that saves. The files are read in this browser and stay there."
      >
        <Assessment />
      </Page>
    </ThreadsContext>
  );
}

function Assessment(): ReactNode {
  const [tables, setTables] = useState<File[]>([]);
  const [samples, setSamples] = useState<File[]>([]);
  const [host, setHost] = useState<ConsolidationRequest['host']>('medium');
  const job = useJob('consolidate');
  return (
    <Stack gap="md">
      <Card title="What is known of the servers">
        <Stack gap="md">
          <Group gap="md" align="flex-start">
            <FileInput
              label="Tables"
              description="CSV or XLSX with the tables Servers and Applications, or an export of RVTools."
              placeholder="Choose files"
              w={320}
              multiple
              clearable
              clearButtonProps={{ 'aria-label': 'Remove the tables' }}
              accept=".csv,.xlsx"
              leftSection={<IconFileImport size={16} aria-hidden />}
              value={tables}
              onChange={setTables}
            />
            <FileInput
              label="Performance logs"
              description="CSV; without any, averages of the tables stand for the whole time."
              placeholder="None"
              w={320}
              multiple
              clearable
              clearButtonProps={{ 'aria-label': 'Remove the logs' }}
              accept=".csv"
              leftSection={<IconFileImport size={16} aria-hidden />}
              value={samples}
              onChange={setSamples}
            />
            <Select
              label="Hosts"
              description="Sizes of the resource kit."
              w={180}
              allowDeselect={false}
              data={[...hosts]}
              value={host}
              onChange={(value) => setHost(hosts.find((each) => each.value === value)?.value ?? host)}
            />
          </Group>
          <Group gap="sm">
            {job.isRunning ? (
              <>
                <Button
                  variant="default"
                  leftSection={<IconPlayerStop size={16} aria-hidden />}
                  onClick={job.cancel}
                >
                  Cancel
                </Button>
                <Loader size="xs" aria-label="Assessing" />
              </>
            ) : (
              <Button disabled={tables.length === 0} onClick={() => job.start({ tables, samples, host })}>
                Assess
              </Button>
            )}
          </Group>
          {job.error ? <ProblemAlert error={job.error} /> : null}
          {job.result ? <Findings result={job.result} /> : null}
        </Stack>
      </Card>
      {job.result && job.result.sheets.length > 0 ? <Report result={job.result} /> : null}
    </Stack>
  );
}

/** As many findings as are shown. */
const shownFindings = 30;

function Findings({ result }: { readonly result: ConsolidationResult }): ReactNode {
  const { findings } = result;
  return (
    <div role="status">
      <FaultList
        findings={findings.slice(0, shownFindings).map((finding) => ({
          ...finding,
          path: finding.place,
          message: finding.place === '' ? finding.message : `${finding.place}: ${finding.message}`,
        }))}
      />
      {findings.length > shownFindings ? (
        <Text size="xs" c="dimmed">
          And {findings.length - shownFindings} more; all of them are in the report.
        </Text>
      ) : null}
    </div>
  );
}

function Report({ result }: { readonly result: ConsolidationResult }): ReactNode {
  return (
    <Card
      title="Report"
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() =>
            saveFile(
              'consolidation.xlsx',
              result.workbook,
              'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
            )
          }
        >
          Download as XLSX
        </Button>
      }
    >
      <SheetTabs sheets={result.sheets} />
    </Card>
  );
}
