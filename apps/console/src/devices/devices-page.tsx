import { Button, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDeviceLaptop, IconKey, IconPlus } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../session/index.ts';
import { Page } from '../ui/index.ts';
import type { DeviceFilters } from './device-filters.ts';
import { DevicesPanel } from './devices-panel.tsx';
import { EnrolDialog } from './enrol-dialog.tsx';
import { TokensPanel } from './tokens-panel.tsx';

const route = getRouteApi('/signed-in/devices');

/** Every enrolled computer and what runs on it now, and the tokens that enrol more. */
export function DevicesPage(): ReactNode {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const mayEnrol = useMay('devices.manage');
  const [isEnrolling, enrolling] = useDisclosure(false);
  const go = (search: DeviceFilters): void => void navigate({ to: '/devices', search, replace: true });
  const enrol = mayEnrol ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={enrolling.open}>
      Enrol computers
    </Button>
  ) : undefined;
  const devices = <DevicesPanel filters={filters} onFilters={go} enrol={enrol} />;
  return (
    <Page
      title="Devices"
      description="Enrolled computers, and what their workspaces do at this moment."
      actions={enrol}
    >
      {mayEnrol ? (
        <Tabs
          value={filters.tab ?? 'devices'}
          onChange={(value) => go(value === 'tokens' ? { tab: 'tokens' } : {})}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab
              value="devices"
              fw={550}
              leftSection={<IconDeviceLaptop size={16} stroke={1.7} aria-hidden />}
            >
              Computers
            </Tabs.Tab>
            <Tabs.Tab value="tokens" fw={550} leftSection={<IconKey size={16} stroke={1.7} aria-hidden />}>
              Enrolment tokens
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="devices">{devices}</Tabs.Panel>
          <Tabs.Panel value="tokens">
            <TokensPanel />
          </Tabs.Panel>
        </Tabs>
      ) : (
        devices
      )}
      {isEnrolling ? <EnrolDialog onClose={enrolling.close} /> : null}
    </Page>
  );
}
