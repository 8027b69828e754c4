/** Tabs of a workspace: the sections of its policy, who gets it, and what it was before. */
export const workspaceTabs = [
  'general',
  'virtualMachine',
  'assignments',
  'applications',
  'web',
  'vmSetup',
  'network',
  'performance',
  'delivery',
  'explain',
  'history',
] as const;
export type WorkspaceTab = (typeof workspaceTabs)[number];

/** The tab that shows the field of a path. */
export function tabOfPath(path: string): WorkspaceTab {
  const section = /^policy\.(\w+)/.exec(path)?.[1];
  return workspaceTabs.find((tab) => tab === section) ?? 'general';
}
