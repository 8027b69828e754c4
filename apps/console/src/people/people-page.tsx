import { Tabs } from '@mantine/core';
import { IconUser, IconUsersGroup } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../ui/index.ts';
import { GroupsPanel } from './groups-panel.tsx';
import { UsersPanel } from './users-panel.tsx';

const route = getRouteApi('/signed-in/people');

/** Users and groups of this instance. */
export function PeoplePage(): ReactNode {
  const { tab = 'users' } = route.useSearch();
  const navigate = useNavigate();
  const onChange = (value: string | null): void =>
    void navigate({ to: '/people', search: { tab: value === 'groups' ? 'groups' : 'users' }, replace: true });
  return (
    <Page
      title="Users and groups"
      description="Who can be given workspaces, and who may manage this instance."
    >
      <Tabs value={tab} onChange={onChange} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="users" fw={550} leftSection={<IconUser size={16} stroke={1.7} aria-hidden />}>
            Users
          </Tabs.Tab>
          <Tabs.Tab
            value="groups"
            fw={550}
            leftSection={<IconUsersGroup size={16} stroke={1.7} aria-hidden />}
          >
            Groups
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="users">
          <UsersPanel />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <GroupsPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
