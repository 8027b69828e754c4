import type { Image } from '@carrel/contract';
import { Stack, Tabs } from '@mantine/core';
import { IconCpu, IconDownload, IconGauge, IconId, IconNetwork, IconUsers } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Card } from '../ui/index.ts';
import { IdentityFields } from './identity-fields.tsx';
import { sectionLabels } from './labels.ts';
import { PerformanceFields } from './memory-table.tsx';
import {
  DeliveryFields,
  GeneralFields,
  NetworkFields,
  type PolicyFieldsProps,
  VirtualMachineFields,
} from './policy-fields.tsx';
import { tabOfPath, type WorkspaceTab, workspaceTabs } from './tab-names.ts';
import classes from './workspace-tabs.module.css';

const icons = {
  general: IconId,
  virtualMachine: IconCpu,
  network: IconNetwork,
  performance: IconGauge,
  delivery: IconDownload,
  assignments: IconUsers,
} as const satisfies Record<WorkspaceTab, unknown>;

export interface WorkspaceTabsProps extends PolicyFieldsProps {
  readonly images: readonly Image[];
  readonly tab: WorkspaceTab;
  readonly onTab: (tab: WorkspaceTab) => void;
  /** Absent for a workspace that is not there yet. */
  readonly assignments?: ReactNode;
}

/** The form of a workspace, one tab a section of its policy. */
export function WorkspaceTabs(props: WorkspaceTabsProps): ReactNode {
  const { form, isReadOnly, images } = props;
  const shown = workspaceTabs.filter((tab) => tab !== 'assignments' || props.assignments !== undefined);
  const faulty = new Set(Object.keys(form.errors).map(tabOfPath));
  const list = useRef<HTMLDivElement>(null);
  // On narrow screens the tabs scroll sideways: the open one has to be in view.
  useEffect(() => {
    const open = list.current?.querySelector('[data-active]');
    open?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [props.tab]);
  const onChange = (value: string | null): void => {
    const tab = workspaceTabs.find((each) => each === value);
    if (tab !== undefined) props.onTab(tab);
  };
  return (
    <Tabs value={props.tab} onChange={onChange} className={classes.tabs}>
      <Tabs.List className={classes.list} ref={list}>
        {shown.map((tab) => {
          const Icon = icons[tab];
          const label = tab === 'assignments' ? 'Assignments' : sectionLabels[tab];
          return (
            <Tabs.Tab
              key={tab}
              value={tab}
              leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
              rightSection={faulty.has(tab) ? <span className={classes.fault} title="has errors" /> : null}
            >
              {label}
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
      <Tabs.Panel value="general">
        <Card>
          <Stack gap="lg" maw={720}>
            <IdentityFields form={form} isReadOnly={isReadOnly} images={images} />
            <GeneralFields form={form} isReadOnly={isReadOnly} />
          </Stack>
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="virtualMachine">
        <Card>
          <VirtualMachineFields form={form} isReadOnly={isReadOnly} />
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="network">
        <Card>
          <NetworkFields form={form} isReadOnly={isReadOnly} />
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="performance">
        <Card>
          <Stack maw={560}>
            <PerformanceFields form={form} isReadOnly={isReadOnly} />
          </Stack>
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="delivery">
        <Card>
          <Stack maw={720}>
            <DeliveryFields form={form} isReadOnly={isReadOnly} />
          </Stack>
        </Card>
      </Tabs.Panel>
      {props.assignments === undefined ? null : (
        <Tabs.Panel value="assignments">{props.assignments}</Tabs.Panel>
      )}
    </Tabs>
  );
}
