import { Tabs } from '@mantine/core';
import { IconKey, IconShield, IconUserShield } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../session/index.ts';
import { Page } from '../ui/index.ts';
import { AllTokensPanel } from './all-tokens-panel.tsx';
import { GrantsPanel } from './grants-panel.tsx';
import { RolesPanel } from './roles-panel.tsx';

const route = getRouteApi('/signed-in/administrators');

/** Who may administer what, by which role, and the tokens of programs. */
export function AdministratorsPage(): ReactNode {
  const { tab = 'people' } = route.useSearch();
  const navigate = useNavigate();
  const mayManage = useMay('administrators.manage');
  const onChange = (value: string | null): void =>
    void navigate({
      to: '/administrators',
      search: value === 'roles' || value === 'tokens' ? { tab: value } : {},
      replace: true,
    });
  return (
    <Page title="Administrators" description="Who may do what here, over everything or over some workspaces.">
      <Tabs value={tab} onChange={onChange} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab
            value="people"
            fw={550}
            leftSection={<IconUserShield size={16} stroke={1.7} aria-hidden />}
          >
            People
          </Tabs.Tab>
          <Tabs.Tab value="roles" fw={550} leftSection={<IconShield size={16} stroke={1.7} aria-hidden />}>
            Roles
          </Tabs.Tab>
          {mayManage ? (
            <Tabs.Tab value="tokens" fw={550} leftSection={<IconKey size={16} stroke={1.7} aria-hidden />}>
              API tokens
            </Tabs.Tab>
          ) : null}
        </Tabs.List>
        <Tabs.Panel value="people">
          <GrantsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="roles">
          <RolesPanel />
        </Tabs.Panel>
        {mayManage ? (
          <Tabs.Panel value="tokens">
            <AllTokensPanel />
          </Tabs.Panel>
        ) : null}
      </Tabs>
    </Page>
  );
}
