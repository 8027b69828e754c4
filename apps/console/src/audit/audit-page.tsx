import { type AuditEntry, routes } from '@carrel/contract';
import { Button, Drawer, Menu, Stack, Text } from '@mantine/core';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import {
  Card,
  DataTable,
  EmptyState,
  Facts,
  formatTime,
  Page,
  StatusBadge,
  type TableColumn,
  type Tone,
} from '../ui/index.ts';
import { AuditFilterBar } from './audit-filter-bar.tsx';
import { type AuditQuery, auditQuery } from './audit-filters.ts';
import classes from './audit-page.module.css';
import { IntegrityNotice } from './integrity-notice.tsx';

const toneOfOutcome: Readonly<Record<AuditEntry['outcome'], Tone>> = {
  done: 'good',
  denied: 'bad',
  failed: 'warn',
};

const route = getRouteApi('/signed-in/audit');

/** Who changed what and who was refused, newest first. */
export function AuditPage(): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const filters = route.useSearch();
  const [shown, setShown] = useState<AuditEntry>();
  const query = auditQuery(filters);
  const entries = usePages({
    queryKey: [...queryKeys.audit, 'list', query],
    read: (page, signal) => api.call(routes.listAudit, { query: { ...query, ...page }, signal }),
  });
  const columns = useMemo(() => auditColumns(setShown), []);
  return (
    <Page
      title="Audit"
      description="Every change and every denied attempt. Each entry holds the hash of the one before it, so that nothing can be taken out unseen."
      actions={
        <>
          <Button variant="default" onClick={entries.retry}>
            Read again
          </Button>
          <ExportMenu query={query} />
        </>
      }
    >
      <IntegrityNotice />
      <AuditFilterBar
        filters={filters}
        onChange={(search) => void navigate({ to: '/audit', search, replace: true })}
      />
      <Card flush>
        <DataTable
          label="Audit log"
          columns={columns}
          list={entries}
          rowId={(entry) => String(entry.sequence)}
          empty={
            Object.keys(query).length === 0 ? (
              <EmptyState icon={<IconHistory size={26} />} title="Nothing was recorded yet">
                The first change will be.
              </EmptyState>
            ) : (
              <EmptyState icon={<IconHistory size={26} />} title="Nothing matches">
                Take a filter away to see more.
              </EmptyState>
            )
          }
        />
      </Card>
      <Drawer
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        position="right"
        title={shown === undefined ? '' : `Entry ${shown.sequence}`}
      >
        {shown === undefined ? null : <EntryDetails entry={shown} />}
      </Drawer>
    </Page>
  );
}

/** The log as filtered, as a file. A plain link: the browser saves what the server streams. */
function ExportMenu({ query }: { readonly query: AuditQuery }): ReactNode {
  const address = (format: string): string =>
    `${routes.exportAudit.path}?${new URLSearchParams({ ...query, format }).toString()}`;
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={address('csv')} download="audit.csv">
          As a table (CSV)
        </Menu.Item>
        <Menu.Item component="a" href={address('ndjson')} download="audit.ndjson">
          With every detail (NDJSON)
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function auditColumns(onShow: (entry: AuditEntry) => void): readonly TableColumn<AuditEntry>[] {
  return [
    {
      id: 'action',
      header: 'Action',
      cell: (entry) => (
        <>
          <Text size="sm" fw={550}>
            {entry.action}
          </Text>
          <Text size="xs" c="dimmed" className={classes.target}>
            {entry.target}
          </Text>
        </>
      ),
    },
    { id: 'actor', header: 'Who', cell: (entry) => entry.actor },
    {
      id: 'outcome',
      header: 'Outcome',
      cell: (entry) => <StatusBadge tone={toneOfOutcome[entry.outcome]}>{entry.outcome}</StatusBadge>,
    },
    {
      id: 'time',
      header: 'When',
      cell: (entry) => <span className="number">{formatTime(entry.time)}</span>,
    },
    {
      id: 'actions',
      header: 'Actions',
      isAction: true,
      cell: (entry) => (
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={`Details of entry ${entry.sequence}`}
          onClick={() => onShow(entry)}
        >
          Details
        </Button>
      ),
    },
  ];
}

function EntryDetails({ entry }: { readonly entry: AuditEntry }): ReactNode {
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          { label: 'When', value: formatTime(entry.time) },
          { label: 'Who', value: entry.actor },
          { label: 'Action', value: entry.action },
          { label: 'Outcome', value: entry.outcome },
          { label: 'Target', value: entry.target },
          { label: 'Hash', value: <span className="mono">{entry.hash}</span> },
        ]}
      />
      <pre className={classes.details} tabIndex={0} role="region" aria-label="Details">
        {JSON.stringify(entry.details, null, 2)}
      </pre>
    </Stack>
  );
}
