import { type WorkspaceTab, workspaceTabs } from '@carrel/contract';

/** The tabs as people read them. */
export const workspaceTabLabels: Readonly<Record<WorkspaceTab, string>> = {
  general: 'General',
  virtualMachine: 'Virtual machine',
  deployment: 'Deployment',
  applications: 'Applications',
  web: 'Web',
  vmSetup: 'VM setup',
  network: 'Network',
  performance: 'Performance',
  delivery: 'Delivery',
};

/** The tab on which the field at a path of a workspace is edited: `policy.web.rules` on Web, `image` on Virtual machine. */
export function tabOf(path: string): WorkspaceTab {
  const [first = '', second = ''] = path.split(/[.[]/u);
  if (first === 'image' || first === 'imageId' || first === 'channel') return 'virtualMachine';
  if (first === 'assignments') return 'deployment';
  const tab = workspaceTabs.find((name) => first === 'policy' && name === second);
  return tab ?? 'general';
}

/** The path without what the tab says already: `cpus` for `policy.virtualMachine.cpus`. */
export function fieldOf(path: string): string {
  const [first, second, ...others] = path.split('.');
  return first === 'policy' && second !== undefined && others.length > 0 ? others.join('.') : path;
}
