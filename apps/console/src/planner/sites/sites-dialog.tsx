import { type CallOutput, routes } from '@carrel/contract';
import { type LinkedSite, linkSites } from '@carrel/planner';
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi } from '../../api/index.ts';
import { Loaded, type TableColumn } from '../../ui/index.ts';
import { ResultTable } from '../results/result-table.tsx';

type Site = CallOutput<typeof routes.listDirectorySites>['items'][number];
type Directory = CallOutput<typeof routes.listDirectories>['items'][number];

export interface SitesDialogProps {
  readonly onTake: (sites: readonly LinkedSite[]) => void;
  readonly onClose: () => void;
}

/** Sites of a directory to take as locations. Mount it to open it. */
export function SitesDialog({ onTake, onClose }: SitesDialogProps): ReactNode {
  const api = useApi();
  const query = useQuery({
    queryKey: queryKeys.directories,
    queryFn: async ({ signal }) => (await api.call(routes.listDirectories, { signal })).items,
  });
  return (
    <Modal opened onClose={onClose} size={720} title="Locations from a directory">
      <Loaded query={query}>
        {(directories) => (
          <DirectoryChoice
            directories={directories.filter(({ isEnabled }) => isEnabled)}
            onTake={onTake}
            onClose={onClose}
          />
        )}
      </Loaded>
    </Modal>
  );
}

function DirectoryChoice({
  directories,
  ...handlers
}: SitesDialogProps & { readonly directories: readonly Directory[] }): ReactNode {
  const [chosen, setChosen] = useState(directories[0]?.id);
  if (chosen === undefined) {
    return (
      <Nothing onClose={handlers.onClose}>
        No directory is connected, or all are switched off. Connect Active Directory under Sign-on to take its
        sites.
      </Nothing>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm">
        Active Directory knows sites and how they are linked. People and bandwidths it does not know: they are
        filled in afterwards.
      </Text>
      <Select
        label="Directory"
        allowDeselect={false}
        data={directories.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={(id) => setChosen(directories.find((each) => each.id === id)?.id ?? chosen)}
      />
      <Sites key={chosen} directoryId={chosen} {...handlers} />
    </Stack>
  );
}

function Sites({
  directoryId,
  ...handlers
}: SitesDialogProps & { readonly directoryId: Directory['id'] }): ReactNode {
  const api = useApi();
  const query = useQuery({
    queryKey: [...queryKeys.directories, directoryId, 'sites'],
    queryFn: async ({ signal }) =>
      (await api.call(routes.listDirectorySites, { params: { directoryId }, signal })).items,
    // The server has tried every one of the directory's servers already.
    retry: false,
  });
  return (
    <Loaded query={query}>
      {(sites) =>
        sites.length === 0 ? (
          <Nothing onClose={handlers.onClose}>It has no sites; only Active Directory does.</Nothing>
        ) : (
          <SiteChoice sites={sites} {...handlers} />
        )
      }
    </Loaded>
  );
}

/** No name of a site. */
const byLinks = '';

function SiteChoice({
  sites,
  onTake,
  onClose,
}: SitesDialogProps & { readonly sites: readonly Site[] }): ReactNode {
  const [centre, setCentre] = useState(byLinks);
  return (
    <Stack gap="md">
      <Select
        label="Centre of the network"
        description="Every site is linked on its cheapest way there."
        allowDeselect={false}
        searchable
        limit={200}
        data={[
          { value: byLinks, label: 'The site with the most links' },
          ...sites.map(({ name }) => ({ value: name, label: name })),
        ]}
        value={centre}
        onChange={(value) => setCentre(value ?? byLinks)}
      />
      <ResultTable label="Sites" columns={siteColumns} rows={sites} rowId={({ name }) => name} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={() => onTake(linkSites(sites, centre === byLinks ? undefined : centre))}>
          {sites.length === 1 ? 'Take the site' : `Take ${sites.length} sites`}
        </Button>
      </Group>
    </Stack>
  );
}

const siteColumns: readonly TableColumn<Site>[] = [
  { id: 'site', header: 'Site', sortBy: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
  { id: 'subnets', header: 'Subnets', cell: ({ subnets }) => subnets.join(', ') || '—' },
  {
    id: 'links',
    header: 'Linked with',
    cell: ({ links }) => links.map(({ to }) => to).join(', ') || '—',
  },
];

function Nothing({
  children,
  onClose,
}: {
  readonly children: ReactNode;
  readonly onClose: () => void;
}): ReactNode {
  return (
    <Stack gap="md">
      <Text size="sm">{children}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
