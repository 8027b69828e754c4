import type { Image } from '@carrel/contract';
import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconAlertTriangle,
  IconApps,
  IconCpu,
  IconDownload,
  IconGauge,
  IconHelpCircle,
  IconHistory,
  IconId,
  IconListCheck,
  IconNetwork,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { Card } from '../ui/index.ts';
import type { WorkspaceForm } from './form-values.ts';
import { IdentityFields } from './identity-fields.tsx';
import { PolicyEditingContext } from './policy/policy-editing.ts';
import { sections } from './policy/policy-settings.ts';
import { PolicyTab } from './policy/policy-tab.tsx';
import { tabOfPath, type WorkspaceTab, workspaceTabs } from './tab-names.ts';
import classes from './workspace-tabs.module.css';

const tabFaces = {
  general: { label: 'General', Icon: IconId },
  virtualMachine: { label: 'Virtual machine', Icon: IconCpu },
  assignments: { label: 'Assignments', Icon: IconUsers },
  applications: { label: 'Applications', Icon: IconApps },
  web: { label: 'Web', Icon: IconWorld },
  vmSetup: { label: 'VM setup', Icon: IconListCheck },
  network: { label: 'Network', Icon: IconNetwork },
  performance: { label: 'Performance', Icon: IconGauge },
  delivery: { label: 'Delivery', Icon: IconDownload },
  explain: { label: 'Who gets what', Icon: IconHelpCircle },
  history: { label: 'History', Icon: IconHistory },
} as const satisfies Record<WorkspaceTab, unknown>;

/** From here on the tabs stand beside what they show. */
const wideEnough = '(min-width: 68em)';

/** Tabs of a workspace that is there already. */
type SavedTab = Exclude<WorkspaceTab, (typeof sections)[number]>;

export interface WorkspaceTabsProps {
  readonly form: WorkspaceForm;
  readonly isReadOnly: boolean;
  readonly images: readonly Image[];
  readonly tab: WorkspaceTab;
  readonly onTab: (tab: WorkspaceTab) => void;
  /** Absent for a workspace that is not there yet. */
  readonly saved?: Readonly<Record<SavedTab, ReactNode>>;
}

/** The form of a workspace, one tab a section of its policy, and what else there is to know of it. */
export function WorkspaceTabs(props: WorkspaceTabsProps): ReactNode {
  const { form, isReadOnly, images, saved } = props;
  const shown = workspaceTabs.filter((tab) => saved !== undefined || isSection(tab));
  const faulty = new Set(Object.keys(form.errors).map(tabOfPath));
  const list = useRef<HTMLDivElement>(null);
  const isWide = useMediaQuery(wideEnough, true, { getInitialValueInEffect: false });
  const editing = useMemo(() => ({ form, isReadOnly }), [form, isReadOnly]);
  // On narrow screens the tabs are in a row that scrolls: the open one has to be in view.
  useEffect(() => {
    const open = list.current?.querySelector('[data-active]');
    open?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [props.tab]);
  const onChange = (value: string | null): void => {
    const tab = workspaceTabs.find((each) => each === value);
    if (tab !== undefined) props.onTab(tab);
  };
  return (
    <Tabs
      value={props.tab}
      onChange={onChange}
      className={classes.tabs}
      keepMounted={false}
      orientation={isWide ? 'vertical' : 'horizontal'}
      variant={isWide ? 'pills' : 'default'}
    >
      <Tabs.List className={isWide ? classes.side : classes.list} ref={list}>
        {shown.map((tab) => {
          const { Icon, label } = tabFaces[tab];
          return (
            <Tabs.Tab
              key={tab}
              value={tab}
              leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
              rightSection={
                faulty.has(tab) ? (
                  <IconAlertTriangle size={15} className={classes.fault} aria-label="has errors" />
                ) : null
              }
            >
              {label}
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
      <PolicyEditingContext value={editing}>
        {sections.map((section) => (
          <Tabs.Panel value={section} key={section} className={classes.panel}>
            <Card>
              <PolicyTab section={section}>
                {section === 'general' ? (
                  <IdentityFields form={form} isReadOnly={isReadOnly} images={images} />
                ) : null}
              </PolicyTab>
            </Card>
          </Tabs.Panel>
        ))}
      </PolicyEditingContext>
      {saved === undefined ? null : (
        <>
          <Tabs.Panel value="assignments" className={classes.panel}>
            {saved.assignments}
          </Tabs.Panel>
          <Tabs.Panel value="explain" className={classes.panel}>
            {saved.explain}
          </Tabs.Panel>
          <Tabs.Panel value="history" className={classes.panel}>
            {saved.history}
          </Tabs.Panel>
        </>
      )}
    </Tabs>
  );
}

function isSection(tab: WorkspaceTab): boolean {
  return sections.some((section) => section === tab);
}
