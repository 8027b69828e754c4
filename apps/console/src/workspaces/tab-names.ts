/** Tabs of a workspace: the sections of its policy, then who gets it. */
export const workspaceTabs = [
  'general',
  'virtualMachine',
  'network',
  'performance',
  'delivery',
  'assignments',
] as const;
export type WorkspaceTab = (typeof workspaceTabs)[number];

/** The tab that shows the field of a path. */
export function tabOfPath(path: string): WorkspaceTab {
  const section = /^policy\.(\w+)/.exec(path)?.[1];
  return workspaceTabs.find((tab) => tab === section) ?? 'general';
}
