import { Tabs } from '@mantine/core';
import { IconAdjustments, IconKey, IconLock } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../ui/index.ts';
import { KeysPanel } from './keys-panel.tsx';
import { SecretsPanel } from './secrets-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';

const route = getRouteApi('/signed-in/instance');

/** Settings of the instance as a whole, the secrets it keeps, and its keys. */
export function InstancePage(): ReactNode {
  const { tab = 'settings' } = route.useSearch();
  const navigate = useNavigate();
  const onChange = (value: string | null): void =>
    void navigate({
      to: '/instance',
      search: value === 'secrets' || value === 'keys' ? { tab: value } : {},
      replace: true,
    });
  return (
    <Page title="Instance" description="What holds for everything here: settings, secrets and keys.">
      <Tabs value={tab} onChange={onChange} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab
            value="settings"
            fw={550}
            leftSection={<IconAdjustments size={16} stroke={1.7} aria-hidden />}
          >
            Settings
          </Tabs.Tab>
          <Tabs.Tab value="secrets" fw={550} leftSection={<IconLock size={16} stroke={1.7} aria-hidden />}>
            Secrets
          </Tabs.Tab>
          <Tabs.Tab value="keys" fw={550} leftSection={<IconKey size={16} stroke={1.7} aria-hidden />}>
            Keys
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="settings">
          <SettingsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="secrets">
          <SecretsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
