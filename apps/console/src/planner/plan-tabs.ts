/** Tabs of a plan: what goes in, and what comes of it. */
export const planTabs = {
  inputs: 'Inputs',
  decisions: 'Decisions',
  design: 'Design',
  simulation: 'Simulation',
  'what-if': 'What if',
  actual: 'Plan and reality',
  outputs: 'Outputs',
} as const;
export type PlanTab = keyof typeof planTabs;

export const planTabNames = Object.keys(planTabs) as [PlanTab, ...PlanTab[]];
