import type { Design } from '@carrel/planner';
import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { EventYearSimulation } from './event-year-simulation.tsx';
import { OutageSimulation } from './outage-simulation.tsx';
import { RolloutSimulation } from './rollout-simulation.tsx';

/** What a design is played through for: a rollout, something that fails, a year of events. */
export function SimulationPanel({ design }: { readonly design: Design }): ReactNode {
  return (
    // What was simulated stays, as does what is running, while another question is looked at.
    <Tabs defaultValue="rollout" variant="pills" keepMountedMode="display-none">
      <Tabs.List mb="md">
        <Tabs.Tab value="rollout">A rollout</Tabs.Tab>
        <Tabs.Tab value="outage">An outage</Tabs.Tab>
        <Tabs.Tab value="events">A year of events</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="rollout">
        <RolloutSimulation design={design} />
      </Tabs.Panel>
      <Tabs.Panel value="outage">
        <OutageSimulation design={design} />
      </Tabs.Panel>
      <Tabs.Panel value="events">
        <EventYearSimulation design={design} />
      </Tabs.Panel>
    </Tabs>
  );
}
