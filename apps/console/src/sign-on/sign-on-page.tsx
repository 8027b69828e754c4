import { Tabs } from '@mantine/core';
import { IconAddressBook, IconLogin2 } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../ui/index.ts';
import { DirectoriesPanel } from './directories-panel.tsx';
import { ProvidersPanel } from './providers-panel.tsx';

const route = getRouteApi('/signed-in/sign-on');

/** Where people come from: directories and providers of single sign-on. */
export function SignOnPage(): ReactNode {
  const { tab = 'directories' } = route.useSearch();
  const navigate = useNavigate();
  const onChange = (value: string | null): void =>
    void navigate({
      to: '/sign-on',
      search: value === 'providers' ? { tab: 'providers' } : {},
      replace: true,
    });
  return (
    <Page
      title="Sign-on"
      description="Where people come from, beside those that are added here: directories and single sign-on."
    >
      <Tabs value={tab} onChange={onChange} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab
            value="directories"
            fw={550}
            leftSection={<IconAddressBook size={16} stroke={1.7} aria-hidden />}
          >
            Directories
          </Tabs.Tab>
          <Tabs.Tab
            value="providers"
            fw={550}
            leftSection={<IconLogin2 size={16} stroke={1.7} aria-hidden />}
          >
            Single sign-on
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="directories">
          <DirectoriesPanel />
        </Tabs.Panel>
        <Tabs.Panel value="providers">
          <ProvidersPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
