import type { WorkspaceTab } from '@carrel/contract';

/** Names of the tabs, as the policy has them. */
export const sectionLabels: Readonly<Record<WorkspaceTab, string>> = {
  general: 'General',
  virtualMachine: 'Virtual machine',
  deployment: 'Assignments',
  applications: 'Applications',
  web: 'Web',
  vmSetup: 'VM setup',
  network: 'Network',
  performance: 'Performance',
  delivery: 'Delivery',
};

/** Names of the fields outside the policy. */
export const workspaceLabels = {
  name: 'Name',
  description: 'Description',
  imageId: 'Image',
  channel: 'Channel',
} as const;
