import type {
  CostItem,
  Design,
  DistributionChoice,
  InstanceDesign,
  LocationDesign,
  RepositoryDesign,
  Technique,
} from '@carrel/planner';
import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Card, StatusBadge, type TableColumn } from '../../ui/index.ts';
import { formatNumber, formatSeconds, formatSize } from './format-quantity.ts';
import { ResultTable } from './result-table.tsx';

const techniques: Readonly<Record<Technique, string>> = {
  'pre-stage': 'pre-staged',
  network: 'network',
  'removable-media': 'removable media',
};

/** What the plan comes to: instances, repositories, locations, who gets what how, and the costs. */
export function DesignPanel({ design }: { readonly design: Design }): ReactNode {
  return (
    <Stack gap="md">
      <Card title="Instances" flush>
        <ResultTable
          label="Instances"
          columns={instanceColumns}
          rows={design.instances}
          rowId={({ name }) => name}
        />
      </Card>
      <Card title="Repositories" flush>
        <ResultTable
          label="Repositories"
          columns={repositoryColumns}
          rows={design.repositories}
          rowId={({ name }) => name}
        />
      </Card>
      <Card title="Delivery" description="How the people of each workspace get its image." flush>
        <ResultTable
          label="Delivery"
          columns={deliveryColumns}
          rows={design.distribution}
          rowId={({ location, workspace, instance }) => `${location} ${workspace} ${instance}`}
        />
      </Card>
      <Card title="Locations" flush>
        <ResultTable
          label="Locations"
          columns={locationColumns}
          rows={design.locations}
          rowId={({ name }) => name}
        />
      </Card>
      <Card
        title="Costs"
        description={`${formatNumber(design.cost.total)} ${design.cost.currency} over ${design.plan.costs.months} months: ${formatNumber(design.cost.oneOff)} once, ${formatNumber(design.cost.monthly)} a month. The prices stand under Inputs, Costs and growth.`}
        flush
      >
        <ResultTable
          label="Costs"
          columns={costColumns}
          rows={design.cost.items}
          rowId={({ name }) => name}
        />
      </Card>
    </Stack>
  );
}

const instanceColumns: readonly TableColumn<InstanceDesign>[] = [
  {
    id: 'name',
    header: 'Instance',
    sortBy: ({ name }) => name,
    cell: ({ name, because }) => (
      <>
        <b>{name}</b>
        <Text size="xs" c="dimmed">
          {because}
        </Text>
      </>
    ),
  },
  {
    id: 'clients',
    header: 'Clients',
    align: 'end',
    sortBy: ({ clients }) => clients,
    cell: ({ clients }) => formatNumber(clients),
  },
  {
    id: 'server',
    header: 'Server',
    cell: ({ server }) => `${server.cores} cores, ${formatNumber(server.memoryGb)} GB at ${server.location}`,
  },
  {
    id: 'backup',
    header: 'Backup server',
    cell: ({ backupServer }) => (
      <span title={backupServer.because}>{backupServer.isNeeded ? 'needed' : 'not needed'}</span>
    ),
  },
  {
    id: 'database',
    header: 'Database',
    cell: ({ database }) =>
      `${formatSize(database.bytes)}, ${database.placement === 'separate' ? 'its own machine' : 'on the server'}`,
  },
];

const repositoryColumns: readonly TableColumn<RepositoryDesign>[] = [
  {
    id: 'name',
    header: 'Repository',
    sortBy: ({ name }) => name,
    cell: ({ name, location, because }) => (
      <>
        <b>{name}</b> at {location}
        <Text size="xs" c="dimmed">
          {because}
        </Text>
      </>
    ),
  },
  { id: 'images', header: 'Images', cell: ({ images }) => images.join(', ') },
  {
    id: 'disk',
    header: 'Disk',
    align: 'end',
    sortBy: ({ diskBytes }) => diskBytes,
    cell: ({ diskBytes }) => formatSize(diskBytes),
  },
  {
    id: 'downloads',
    header: 'Downloads at once',
    align: 'end',
    sortBy: ({ concurrentDownloads }) => concurrentDownloads,
    cell: ({ concurrentDownloads }) => formatNumber(concurrentDownloads),
  },
  {
    id: 'rate',
    header: 'Mbit/s needed',
    align: 'end',
    sortBy: ({ throughputMbitPerSecond }) => throughputMbitPerSecond,
    cell: ({ throughputMbitPerSecond }) => formatNumber(throughputMbitPerSecond),
  },
];

const deliveryColumns: readonly TableColumn<DistributionChoice>[] = [
  {
    id: 'location',
    header: 'Location',
    sortBy: ({ location }) => location,
    cell: ({ location, workspace }) => (
      <>
        <b>{location}</b>
        <Text size="xs" c="dimmed">
          {workspace}
        </Text>
      </>
    ),
  },
  {
    id: 'users',
    header: 'Users',
    align: 'end',
    sortBy: ({ users }) => users,
    cell: ({ users }) => formatNumber(users),
  },
  {
    id: 'technique',
    header: 'First version',
    sortBy: ({ technique }) => technique,
    cell: ({ technique, repository }) => (
      <>
        {techniques[technique]}
        {repository === undefined ? null : (
          <Text size="xs" c="dimmed">
            from {repository}
          </Text>
        )}
      </>
    ),
  },
  {
    id: 'initial',
    header: 'First load',
    sortBy: ({ initialLoadSeconds }) => initialLoadSeconds,
    cell: ({ initialLoadSeconds, meets }) => <Met isMet={meets.initialLoad} seconds={initialLoadSeconds} />,
  },
  {
    id: 'update',
    header: 'Update',
    sortBy: ({ updateSeconds }) => updateSeconds,
    cell: ({ updateSeconds, meets }) => <Met isMet={meets.update} seconds={updateSeconds} />,
  },
];

function Met({ isMet, seconds }: { readonly isMet: boolean; readonly seconds: number }): ReactNode {
  return (
    <StatusBadge
      tone={isMet ? 'good' : 'bad'}
    >{`${formatSeconds(seconds)}${isMet ? '' : ', too late'}`}</StatusBadge>
  );
}

const locationColumns: readonly TableColumn<LocationDesign>[] = [
  { id: 'name', header: 'Location', sortBy: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
  {
    id: 'users',
    header: 'Users',
    align: 'end',
    sortBy: ({ users }) => users,
    cell: ({ users, maximumUsers }) =>
      maximumUsers === users
        ? formatNumber(users)
        : `${formatNumber(users)}, at most ${formatNumber(maximumUsers)}`,
  },
  {
    id: 'link',
    header: 'Link',
    align: 'end',
    sortBy: ({ bandwidthMbitPerSecond }) => bandwidthMbitPerSecond ?? Number.POSITIVE_INFINITY,
    cell: ({ bandwidthMbitPerSecond }) =>
      bandwidthMbitPerSecond === undefined ? 'centre' : `${formatNumber(bandwidthMbitPerSecond)} Mbit/s`,
  },
  { id: 'instances', header: 'Instances', cell: ({ instances }) => instances.join(', ') },
  { id: 'repository', header: 'Local repository', cell: ({ repository }) => repository ?? 'no' },
];

const costColumns: readonly TableColumn<CostItem>[] = [
  { id: 'name', header: 'What', sortBy: ({ name }) => name, cell: ({ name }) => name },
  { id: 'count', header: 'Count', align: 'end', cell: ({ count }) => formatNumber(count) },
  { id: 'oneOff', header: 'Once, each', align: 'end', cell: ({ oneOff }) => formatNumber(oneOff) },
  { id: 'monthly', header: 'A month, each', align: 'end', cell: ({ monthly }) => formatNumber(monthly) },
];
