import type { PlanInput } from './plan-schema.ts';

/** Plans to begin with, by name; numbers are examples to be replaced. */
export const planTemplates = {
  'one-site': {
    name: 'One site',
    description: 'Everybody works in one building.',
    locations: [{ name: 'Headquarters', users: 200 }],
    images: [{ name: 'Windows desktop', sizeGb: 40, dataGb: 18 }],
    workspaces: [
      {
        name: 'Office',
        image: 'Windows desktop',
        population: [{ location: 'Headquarters', users: 200 }],
      },
    ],
  },
  branches: {
    name: 'Headquarters and branches',
    description: 'A data centre, headquarters beside it, and branches behind links of different widths.',
    placement: { server: 'Data centre' },
    locations: [
      { name: 'Data centre', users: 0, hasLibrary: true },
      { name: 'Headquarters', users: 800, uplink: { to: 'Data centre', bandwidthMbitPerSecond: 1000 } },
      { name: 'Branch north', users: 120, uplink: { to: 'Data centre', bandwidthMbitPerSecond: 100 } },
      {
        name: 'Branch south',
        users: 25,
        mayHostRepository: false,
        hasOfficePeers: true,
        uplink: { to: 'Data centre', bandwidthMbitPerSecond: 20 },
      },
    ],
    travellers: [{ from: 'Headquarters', to: ['Branch north', 'Branch south'], users: 10 }],
    images: [{ name: 'Windows desktop', sizeGb: 40, dataGb: 18 }],
    workspaces: [
      {
        name: 'Office',
        image: 'Windows desktop',
        population: [
          { location: 'Headquarters', users: 800 },
          { location: 'Branch north', users: 120 },
          { location: 'Branch south', users: 25 },
        ],
      },
    ],
    consoles: [{ location: 'Headquarters', count: 2 }],
  },
} as const satisfies Readonly<Record<string, PlanInput>>;
